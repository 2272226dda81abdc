-- What a list has brought is compared with the open cases in the transaction that reads it. Rows of earlier runs are gone by then, so that the
-- planner took the run's rows for none, and went through all of them for each open case: 20,000 of either took 19 s. Otherwise as
-- analyze_cases: it runs as the owner, changes no row, and waits for nobody.
create function offboarding.analyze_run_cases() returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  analyze (skip_locked) offboarding.run_case;
end
$$;

-- The planner takes a table that was just filled for an almost empty one until autovacuum has come by, and then joins a hundred thousand
-- rows with a hundred thousand others one by one. Only a table's owner may analyze it, and the role of a run need not own any: so these
-- run as the owner. They change no row. A table that somebody else is analyzing or vacuuming is left to them: nobody waits.
create function offboarding.analyze_lists() returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  analyze (skip_locked) offboarding.entry, offboarding.reject;
end
$$;

create function offboarding.analyze_cases() returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  analyze (skip_locked) offboarding.run_case, offboarding.offboarding_case, offboarding.accepted_row;
end
$$;

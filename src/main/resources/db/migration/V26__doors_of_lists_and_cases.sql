-- What other rooms may join with their own tables: views of queries, not of tables, so that nothing can be written through them.

-- Entries of a run that count, with the columns that their list has. Doors of the lists.
create view offboarding.accepted_entry as select * from (
  select e.run_id, e.file_no, e.line, e.source, e.customer_id, e.company_name, e.domain, e.effective_date, e.reason, e.ticket,
         e.requested_by, e.again, e.company_key, e.domain_key, e.others, e.contents,
         (select array_agg(c.understood ->> 'as')
            from offboarding.list_file f, json_array_elements(f.columns_understood) c (understood)
           where f.run_id = e.run_id and f.file_no = e.file_no) as columns
    from offboarding.entry e where e.status = 'ACCEPTED') accepted;

-- Rows that were set aside, with the customer where that could be read.
create view offboarding.row_set_aside as select * from (select run_id, customer_id, cells from offboarding.reject) set_aside;

-- Customers whom a run works: not those whose cases wait on another platform identity. Doors of the cases.
create view offboarding.worked_case as select * from (
  select run_id, position, customer_id, case_id, listed_anew, restarts, state, removed_at, hold_until, holds, planned, suspended, cancelled
    from offboarding.run_case where hold_reason is distinct from 'OTHER_PLATFORM') worked;

-- Cases, open and closed, without what they wait for.
create view offboarding.known_case as select * from (
  select case_id, platform, platform_identity, job, customer_id, state, opened_at, opened_run, restarted_at, removed_at,
         closed_at, closed_run
    from offboarding.offboarding_case) known;

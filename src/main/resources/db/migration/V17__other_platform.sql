-- A customer may have a case on the platform identity on which a run works, and another that waits on one on which it does not.
alter table offboarding.run_case drop constraint run_case_run_id_customer_id_key;
create unique index run_case_of_customer on offboarding.run_case (run_id, customer_id)
  where hold_reason is distinct from 'OTHER_PLATFORM';

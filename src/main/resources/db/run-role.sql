-- A role for the program that does not own its tables, and therefore cannot switch off what keeps the audit trail append-only.
--
-- Once: as the owner, let the program make its tables (`plan` with any job file does), then create the role and run this file:
--
--   create role offboarding_run login password '…';
--   psql -h db.example.org -U offboarding -d offboarding -f run-role.sql
--
-- Then spring.datasource.username is offboarding_run. To update the program, either run it once as the owner, or name the owner for that
-- alone: spring.flyway.user and spring.flyway.password: ${OWNER_PASSWORD}; anyone who can read that password can do what the owner can.
-- May be run again at any time.
--
-- On PostgreSQL 13 and 14, and in a database that was brought along from one of them, as a superuser, besides: revoke create on schema
-- public from public; until then anyone who may connect can put functions and operators there that this role's statements would use, and
-- what they do is done as this role.

grant usage on schema offboarding to offboarding_run;
grant select, insert, update, delete on all tables in schema offboarding to offboarding_run;
grant usage on all sequences in schema offboarding to offboarding_run;
alter default privileges in schema offboarding grant select, insert, update, delete on tables to offboarding_run;
alter default privileges in schema offboarding grant usage on sequences to offboarding_run;

-- events are appended and read, the head of the trail is moved (forward only: a trigger sees to it), and nothing else
revoke all on offboarding.event, offboarding.chain_head, offboarding.offboarding_schema_history from offboarding_run;
grant select, insert on offboarding.event to offboarding_run;
grant select, update on offboarding.chain_head to offboarding_run;
grant select on offboarding.offboarding_schema_history to offboarding_run;

-- what people have asked for is added to, and never changed
do $$
begin
  if to_regclass('offboarding.intervention') is not null then
    revoke update, delete on offboarding.intervention from offboarding_run;
  end if;
end
$$;

-- runs and cases are added and changed, and never deleted; what a run works on is, once it is reported (a trigger sees to that)
revoke delete on offboarding.run, offboarding.offboarding_case from offboarding_run;

-- who approved what is added, and used up; plans are kept as they were approved. Databases of earlier versions do not have them
do $$
begin
  if to_regclass('offboarding.approval') is not null then
    revoke delete on offboarding.saved_plan, offboarding.approval, offboarding.approved_case from offboarding_run;
    revoke update, delete on offboarding.saved_plan_customer from offboarding_run;
  end if;
end
$$;

-- nights that did not begin are added and counted
do $$
begin
  if to_regclass('offboarding.not_begun') is not null then
    revoke delete on offboarding.not_begun from offboarding_run;
  end if;
end
$$;

-- only where the ledger is in this database; with views in place of its tables, grant the same on the views
grant usage on schema ledger to offboarding_run;
grant select on all tables in schema ledger to offboarding_run;
grant update on ledger.customer, ledger.subscription to offboarding_run;
grant delete on ledger.support_contact, ledger.delegated_admin, ledger.purchase_authority to offboarding_run;

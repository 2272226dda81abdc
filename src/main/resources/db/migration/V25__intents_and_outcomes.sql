-- What was asked of a platform and what was answered, for those who join other tables to it: each with the ledger or tenant on which its
-- run worked, null where that is not known. Views of two tables, so that nobody can write to the audit trail through them.
create view offboarding.intent as
  select e.sequence, e.at, e.run_id, e.platform, r.platform_identity, e.customer_id, e.action, e.data
    from offboarding.event e left join offboarding.run r on r.run_id = e.run_id where e.kind = 'INTENT';
create view offboarding.outcome as
  select e.at, e.run_id, e.platform, r.platform_identity, e.customer_id, e.action, e.data
    from offboarding.event e left join offboarding.run r on r.run_id = e.run_id where e.kind = 'OUTCOME';

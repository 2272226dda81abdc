-- Which ledger or tenant a run worked on and a case belongs to: of Partner Center the tenant's id, of a ledger its server's system
-- identifier and its database's oid. Null in rows that an earlier version made: the first run of their job that works on their platform
-- claims them, and until then they count as belonging to every identity of that platform. Null as well in runs that never got as far
-- as reading it; such a run wrote nothing.
alter table offboarding.run add column platform_identity text;
alter table offboarding.offboarding_case add column platform_identity text;

-- At most one open case a customer and platform identity, whichever job opened it.
drop index offboarding.one_open_case;
create unique index one_open_case on offboarding.offboarding_case (platform_identity, customer_id) where closed_at is null;
create unique index one_open_case_unclaimed on offboarding.offboarding_case (platform, customer_id)
  where closed_at is null and platform_identity is null;

-- A case that its list was without was withdrawn, also where the list had lost too many rows the night before, or had a broken one beside it;
-- but its row was not gone then, and once it was back it was nothing new.
update offboarding.accepted_row a set state = 'GONE'
  from offboarding.offboarding_case c
 where a.state = 'MISSING'
   and c.customer_id = a.customer_id and c.job = a.job and c.platform = a.platform
   and c.platform_identity is not distinct from a.platform_identity
   and c.closed_as = 'WITHDRAWN' and not c.listed
   and not exists (select from offboarding.offboarding_case later
                    where later.customer_id = c.customer_id and later.job = c.job and later.case_id > c.case_id);

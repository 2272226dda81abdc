-- Of which customers of a run a RECEIVED event tells. What most lists bring is told with the decision of their customers since, so it is asked
-- for few only, each by its customer. A view of a query, so that nothing can be written through it.
create view offboarding.received as select * from (select run_id, customer_id from offboarding.event where kind = 'RECEIVED') received;

-- A customer who waits, and of whom a run would say to the letter what the trail said last, is not written down again: one FOUND_UNCHANGED event a
-- chunk names all of them, each by its id and by the event that still holds. It is of no customer; its data begins with how many they are and
-- between which events what holds was said.

-- Of each customer who waited when a job decided on it last: the event that says so, and the digest of what it says. A note that spares
-- reading the trail again, and no evidence: what is missing here, or was followed by anything else, is written down anew.
create table offboarding.said_last (
  job         text   not null,
  customer_id uuid   not null,
  sequence    bigint not null,
  digest      bytea  not null,
  primary key (job, customer_id)
) with (fillfactor = 70);

-- Between which events a FOUND_UNCHANGED event names some.
create function offboarding.said_between(data text) returns int8range language sql immutable parallel safe as $$
  select pg_catalog.int8range(
    (pg_catalog.substring(pg_catalog.substr(data, 1, 120), '"first":([0-9]{1,18}),'))::bigint,
    (pg_catalog.substring(pg_catalog.substr(data, 1, 120), '"last":([0-9]{1,18}),'))::bigint, '[]')
$$;

-- There are few of them, one a chunk: those that name a customer are looked for between two events of that customer, without an index row a
-- customer and night.
create index found_unchanged on offboarding.event (sequence) where kind = 'FOUND_UNCHANGED';

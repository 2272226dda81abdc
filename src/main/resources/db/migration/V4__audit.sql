-- The audit trail: everything received, seen, decided, asked for, done and confirmed. Written once, never changed.
create table offboarding.event (
  sequence    bigint primary key,             -- without gaps
  at          timestamptz not null,
  job         text not null,
  run_id      text not null,
  platform    text not null,
  customer_id uuid,
  kind        text not null,
  action      text,                           -- of INTENT and OUTCOME: what was to be written
  answers     bigint,                         -- of OUTCOME: the sequence of its INTENT
  data        text not null,                  -- JSON
  hash        bytea not null                  -- SHA-256 of this event's canonical form and its predecessor's hash
);
create index event_of_run on offboarding.event (run_id, sequence);
create index event_of_customer on offboarding.event (customer_id, sequence);
create unique index one_outcome_an_intent on offboarding.event (answers) where answers is not null;
create index intent_at on offboarding.event (platform, at, customer_id) where kind = 'INTENT';

-- Where the next event goes. Locked by whoever appends, to the end of the transaction.
create table offboarding.chain_head (
  only_one      boolean primary key default true check (only_one),
  last_sequence bigint not null,
  last_hash     bytea not null
);
insert into offboarding.chain_head (last_sequence, last_hash) values (0, decode(repeat('00', 32), 'hex'));

create function offboarding.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit trail is append-only: % on % is refused', tg_op, tg_table_name;
end
$$;
create trigger append_only before update or delete or truncate on offboarding.event
  for each statement execute function offboarding.refuse_change();

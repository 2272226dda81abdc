create schema if not exists offboarding;

-- One execution of one job file. The row that has not ended is the one that may write.
create table offboarding.run (
  run_id              text primary key,
  job                 text not null,
  mode                text not null,          -- run | plan
  platform            text not null,          -- ledger | partner-center
  started_at          timestamptz not null,
  ended_at            timestamptz,
  exit_code           int,
  interrupted         boolean not null default false,
  plan_id             text,
  stop_reason         text,                   -- why no further customers were started: LIMIT, SIGNAL, ...
  stop_message        text,
  population          bigint,                 -- reseller customers in the customer list
  population_complete boolean,
  counted_at          timestamptz,            -- when the population was
  limits              json,                   -- every limit with its figures, once they were checked
  facts               json not null,          -- what the report says of the run itself: program, host, parameters
  failures            json not null default '[]',  -- steps that failed, each with what a person can do about it
  notes               json not null default '[]',  -- what a person should know, and need not act on
  reported_at         timestamptz,
  settled             boolean not null default false   -- every intent of it has its outcome
);
create index run_of_job on offboarding.run (job, started_at);
create index run_to_take_up on offboarding.run (job) where reported_at is null or not settled;

-- The offboarding of one customer on one platform, from the night it is first listed until it is closed.
create table offboarding.offboarding_case (
  case_id        bigint generated always as identity primary key,
  platform       text not null,
  job            text not null,
  customer_id    uuid not null,
  state          text not null,               -- MARKED | SUSPENDED | REMOVED | OFFBOARDED | WITHDRAWN
  -- the entry, as it was last listed
  source         text not null,
  line           bigint not null,
  company_name   text,
  domain         text,
  effective_date date,
  reason         text,
  ticket         text,
  requested_by   text,
  others         json not null,
  contents       bytea not null,
  listed         boolean not null default true,     -- false: its row is gone from a database list
  -- why it did not move
  hold_reason    text,
  hold_until     date,
  holds          json not null default '[]',        -- all reasons, the shown one first
  hold_reported  boolean not null default false,    -- a run that reported this hold has ended
  next_look      date,                              -- not read before this day
  suspended_ids  text[] not null default '{}',      -- subscriptions that this program suspended
  opened_at      timestamptz not null,
  opened_run     text not null,
  suspended_at   timestamptz,
  removed_at     timestamptz,
  effects        json not null default '{}',        -- each effect with result and proof, as last read
  closed_at      timestamptz,
  closed_run     text,
  closed_as      text,                              -- the outcome with which it was closed
  done_at        timestamptz                        -- when the list's own done statement ran
);
-- At most one open case a customer and platform, whichever job opened it.
create unique index one_open_case on offboarding.offboarding_case (platform, customer_id) where closed_at is null;
create index case_of_customer on offboarding.offboarding_case (customer_id);
create index open_case_of_job on offboarding.offboarding_case (job) where closed_at is null;
create index case_to_be_done on offboarding.offboarding_case (job) where closed_at is not null and done_at is null;

-- What one run works on: each case as this run sees it. `plan` works on this alone; `run` carries it over into the cases.
create table offboarding.run_case (
  run_id         text not null,
  position       bigint not null,
  customer_id    uuid not null,
  case_id        bigint,                      -- null in a plan, for a case that does not exist yet
  next_step      text,                        -- observe | suspend | remove | verify; null: this run is through with it
  next_look_at   timestamptz,                 -- for verify
  -- the entry
  source         text not null,
  line           bigint not null,
  company_name   text,
  domain         text,
  effective_date date,
  reason         text,
  ticket         text,
  requested_by   text,
  others         json not null,
  contents       bytea not null,
  listed         boolean not null,
  listed_anew    boolean not null,            -- accepted from a list tonight
  -- where it stands
  state          text not null,
  outcome        text not null,
  hold_reason    text,
  hold_until     date,
  holds          json not null default '[]',
  hold_new       boolean not null default false,
  next_look      date,
  message        text not null default '',
  planned        json not null default '[]',  -- [{"action":…,"target":…}] in the order of writing
  holdings       json not null default '[]',  -- subscriptions as they were seen before the first write
  suspended_ids  text[] not null default '{}',
  active_before  int not null default 0,
  suspended      int not null default 0,
  cancelled      int not null default 0,
  failed         int not null default 0,
  suspended_at   timestamptz,
  removed_at     timestamptz,
  first_look_at  timestamptz,
  effects        json not null default '{}',
  primary key (run_id, position),
  unique (run_id, customer_id)
) with (fillfactor = 50); -- each step rewrites each row: with room for it on the same page no index has to learn of it

create schema if not exists offboarding;

-- What a run found in the inbox, or got from the database. Rows live from receive until the run's report is written.
create table offboarding.list_file (
  run_id         text    not null,
  file_no        int     not null,
  job            text    not null,
  name           text    not null,
  path           text,
  sha256         text,
  status         text    not null check (status in ('TAKEN', 'REFUSED', 'LEFT', 'NOTHING_NEW')),
  rows_read      bigint  not null default 0,
  rows_rejected  bigint  not null default 0,
  rows_duplicate bigint  not null default 0,
  reason         text,
  headings       json,
  from_inbox     boolean not null,
  -- the case changes of this file are committed: from here on it is moved whatever happens
  marked_at      timestamptz,
  moved_at       timestamptz,
  -- its report is written; the row stays only until the file is moved
  discarded      boolean not null default false,
  primary key (run_id, file_no)
);
create index list_file_to_move on offboarding.list_file (job) where marked_at is not null and moved_at is null;

create table offboarding.taken_content (
  job      text        not null,
  sha256   text        not null,
  run_id   text        not null,
  name     text        not null,
  taken_at timestamptz not null,
  primary key (job, sha256)
);

create table offboarding.entry (
  run_id         text   not null,
  file_no        int    not null,
  line           bigint not null,
  source         text   not null,
  customer_id    uuid   not null,
  company_name   text,
  domain         text,
  effective_date date,
  reason         text,
  ticket         text,
  requested_by   text,
  -- json, not jsonb: the columns keep their order
  others         json   not null,
  -- SHA-256 of the contents: two entries say the same if and only if these are equal
  contents       bytea  not null,
  status         text   not null check (status in ('ACCEPTED', 'DUPLICATE', 'REFUSED')),
  primary key (run_id, file_no, line)
);
create index entry_customer on offboarding.entry (run_id, customer_id);

create table offboarding.reject (
  run_id      text   not null,
  file_no     int    not null,
  line        bigint not null,
  source      text   not null,
  customer_id uuid,
  column_name text,
  problem     text   not null,
  remedy      text   not null,
  cells       json   not null,
  primary key (run_id, file_no, line)
);

-- Cells before which we have put a guard in a rejects file, by the SHA-256 of the guarded cell: only these lose it again.
create table offboarding.guarded_cell (
  job    text  not null,
  sha256 bytea not null,
  primary key (job, sha256)
);

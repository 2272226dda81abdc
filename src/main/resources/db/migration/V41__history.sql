-- What became of a job's nights, for those who look back.

-- A run's customers by outcome: what it worked on goes once it is reported. Null in runs of earlier versions, whose reports say it.
alter table offboarding.run add column outcomes json;

-- Runs that were due and could not begin, as far as this database could be told. Tries of one night for one reason are one row.
create table offboarding.not_begun (
  not_begun_no bigint generated always as identity primary key,
  job          text not null,
  first_at     timestamptz not null,
  last_at      timestamptz not null,
  times        bigint not null,
  exit_code    int not null,
  reason       text not null
);
create index not_begun_of_job on offboarding.not_begun (job, last_at);

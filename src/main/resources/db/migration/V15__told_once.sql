-- What a job has been told of once and need not be woken for again, by its subject. Used up only by a run that was not stopped.
create table offboarding.told_once (
  job     text not null,
  subject text not null,
  run_id  text not null,
  primary key (job, subject)
);

-- What the next report of the job says of this one: kept here, for reports are moved away, and may be rebuilt where they lie.
-- Null as long as there is no report, and of a run that ended with exit code 2, which leaves none.
alter table offboarding.run add column manifest_sha256 text;

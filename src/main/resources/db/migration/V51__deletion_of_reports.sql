-- since when files of this run's report are deleted. That another run has said it would is not enough: what is missing of a report before was
-- taken away by somebody else.
alter table offboarding.run add column cut_back_begun_at timestamptz;

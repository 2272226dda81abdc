-- A run's plans depend on how many rows there are, hardly on how their values are spread. A tenth of the usual sample (3,000 rows in place of
-- 30,000, whose JSON is read in full) tells that as well: of a list of 40,000 customers it takes a tenth of a second in place of a whole one.
alter function offboarding.analyze_lists() set default_statistics_target = 10;
alter function offboarding.analyze_run_cases() set default_statistics_target = 10;
alter function offboarding.analyze_run_plans() set default_statistics_target = 10;
alter function offboarding.analyze_cases() set default_statistics_target = 10;

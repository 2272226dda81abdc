-- Lists a customer again on purpose; and names and domains as they are compared (CanonicalValue).
alter table offboarding.entry add column again text, add column company_key text, add column domain_key text;

-- The list's columns: those that were understood, with what each was understood as, and those that were only carried through.
alter table offboarding.list_file add column columns_understood json, add column columns_carried json;

-- A list whose done statement changed no row for a case: since when it is tried, and whether a run that ended by itself has told it.
alter table offboarding.offboarding_case
  add column done_tried_since timestamptz,
  add column done_ineffective_run text;

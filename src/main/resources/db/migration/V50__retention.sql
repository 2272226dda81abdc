-- Reports whose time is over are cut back to their manifests. Which, the manifest of the run that does it says for good, so it is decided and
-- written down before that report is: [{"run_id": …, "manifest_sha256": …}].
alter table offboarding.run add column cut_back json;

-- since when this run's own report is a manifest only; null as long as it is whole
alter table offboarding.run add column cut_back_at timestamptz;

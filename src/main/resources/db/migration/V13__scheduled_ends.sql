-- Cancellations at the end of a term that this program has scheduled and watches: subscription, when, and whether they were repaired.
alter table offboarding.offboarding_case add column scheduled_ends json not null default '[]';
alter table offboarding.run_case add column scheduled_ends json not null default '[]';

-- An earlier version only switched auto-renew off, which ends no term any more: whoever waits for one is looked at in the next night.
update offboarding.offboarding_case set next_look = null
 where closed_at is null and platform = 'partner-center' and holds::text like '%TERM_COMMITMENT%';

-- What a role that may write these tables cannot make undone. run-role.sql takes from the run's own role what it has no use for; what it
-- has to be able to do is held to how the program does it. Owners and superusers are held to it as well, until they switch it off.

-- The next report of the job, and whoever keeps hashes elsewhere, rely on what was recorded of this one.
create function offboarding.once_written() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  raise exception 'the manifest_sha256 of run % is written once: from % to % is refused',
    old.run_id, old.manifest_sha256, coalesce(new.manifest_sha256, 'nothing');
end
$$;
create trigger once_written before update of manifest_sha256 on offboarding.run
  for each row when (old.manifest_sha256 is not null and old.manifest_sha256 is distinct from new.manifest_sha256)
  execute function offboarding.once_written();

-- Events are appended right after the head; a transaction may append several times before it moves the head to the last of them.
create function offboarding.at_the_head() returns trigger language plpgsql set search_path = pg_catalog as $$
declare
  head bigint;
  highest bigint;
begin
  select max(sequence) into highest from appended;
  select last_sequence into head from offboarding.chain_head;
  if highest is not null
     and (exists (select from appended where sequence <= head)
          or (select count(*) from offboarding.event e where e.sequence > head and e.sequence <= highest) <> highest - head) then
    raise exception 'the audit trail is appended to at its head, which is at %: event % is refused', head, highest;
  end if;
  return null;
end
$$;
create trigger at_the_head after insert on offboarding.event referencing new table as appended
  for each statement execute function offboarding.at_the_head();

-- What a run works on may go once it is reported, and a plan's at any time: the program deletes no other.
create function offboarding.once_reported() returns trigger language plpgsql set search_path = pg_catalog as $$
declare
  needed text;
begin
  select min(r.run_id) into needed from offboarding.run r
   where r.run_id in (select run_id from gone) and r.mode <> 'plan' and r.reported_at is null;
  if needed is not null then
    raise exception 'the cases of run % are still to be reported: to delete them is refused', needed;
  end if;
  return null;
end
$$;
create trigger once_reported after delete on offboarding.run_case referencing old table as gone
  for each statement execute function offboarding.once_reported();

-- Who appends has to be able to move the head, and may move it nowhere but forward, to an event that is there, without a gap.
create function offboarding.only_forward() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if tg_op <> 'UPDATE' then
    raise exception 'the audit trail has one head: % on % is refused', tg_op, tg_table_name;
  end if;
  if new.last_sequence <= old.last_sequence
     or (select count(*) from offboarding.event e where e.sequence > old.last_sequence and e.sequence <= new.last_sequence)
        <> new.last_sequence - old.last_sequence
     or not exists (select from offboarding.event e where e.sequence = new.last_sequence and e.hash = new.last_hash) then
    raise exception 'the head of the audit trail only moves forward, to an event that is there: from % to % is refused',
      old.last_sequence, new.last_sequence;
  end if;
  return new;
end
$$;
create trigger only_forward before insert or update or delete on offboarding.chain_head
  for each row execute function offboarding.only_forward();
create trigger append_only before truncate on offboarding.chain_head
  for each statement execute function offboarding.refuse_change();

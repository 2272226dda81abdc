-- The ledger of a reseller that has none. Where a reseller has put tables or views of its own in their place, they stay.
-- No check constraints and no foreign keys: what other systems write here is read with an open mind.
create table if not exists ledger.customer (
  customer_id uuid primary key,
  company_name text not null,
  domain text not null,
  relationship text not null, -- reseller | none | advisor ...
  relationship_ended_at timestamptz
);

create table if not exists ledger.subscription (
  subscription_id uuid primary key,
  customer_id uuid not null,
  name text not null,
  kind text not null, -- license | usage | new_commerce | azure_plan | marketplace | software | reserved_instance
  status text not null, -- active | suspended | deleted | expired | pending | disabled
  term_end date,
  cancellable_until timestamptz,
  parent_subscription_id uuid,
  changed_at timestamptz
);

create table if not exists ledger.support_contact (customer_id uuid, contact text);
create table if not exists ledger.delegated_admin (customer_id uuid, role text);
create table if not exists ledger.purchase_authority (customer_id uuid);

-- An index by customer on every plain table that has none yet; a view cannot have one, and a table of somebody else's is
-- left without rather than refused.
do $$
declare
  relation record;
begin
  for relation in
    select c.oid, c.relname
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'customer_id' and not a.attisdropped
    where n.nspname = 'ledger'
      and c.relkind = 'r'
      and c.relname in ('customer', 'subscription', 'support_contact', 'delegated_admin', 'purchase_authority')
      and not exists (
        select from pg_index i
        where i.indrelid = c.oid and i.indkey[0] = a.attnum and i.indisvalid and i.indpred is null)
    order by c.relname
  loop
    begin
      execute format('create index on ledger.%I (customer_id)', relation.relname);
    exception
      when insufficient_privilege then
        raise notice 'no index on ledger.%: it belongs to another user', relation.relname;
    end;
  end loop;
end
$$;

-- A small reseller: 60 customers, of whom the list in customers.csv offboards some. Dates are counted from the day on which this is
-- loaded, so that a term always ends next spring.
insert into ledger.customer (customer_id, company_name, domain, relationship, relationship_ended_at) values
  ('a0000000-0000-4000-8000-000000000001', 'Adler Optik GmbH',        'adler-optik.example',     'reseller', null),
  ('a0000000-0000-4000-8000-000000000002', 'Bäckerei Brunner',        'baeckerei-brunner.example','reseller', null),
  ('a0000000-0000-4000-8000-000000000003', 'Copper & Sons Ltd',       'copper-sons.example',     'reseller', null),
  ('a0000000-0000-4000-8000-000000000004', 'Delta Logistik AG',       'delta-logistik.example',  'reseller', null),
  ('a0000000-0000-4000-8000-000000000005', 'Éditions du Lac',         'editions-du-lac.example', 'reseller', null),
  ('a0000000-0000-4000-8000-000000000006', 'Fjord Rederi AS',         'fjord-rederi.example',    'reseller', null),
  ('a0000000-0000-4000-8000-000000000007', 'Gärtnerei Grün',          'gaertnerei-gruen.example','reseller', null),
  ('a0000000-0000-4000-8000-000000000008', 'Harbour Dental',          'harbour-dental.example',  'reseller', null),
  ('a0000000-0000-4000-8000-000000000009', 'Iglesias e Hijos',        'iglesias-hijos.example',  'none',     now() - interval '40 days'),
  ('a0000000-0000-4000-8000-000000000010', 'Jansen Bouw BV',          'jansen-bouw.example',     'reseller', null),
  ('a0000000-0000-4000-8000-000000000011', 'Kowalski Transport',      'kowalski.example',        'reseller', null),
  ('a0000000-0000-4000-8000-000000000012', 'Lindqvist Revision AB',   'lindqvist.example',       'reseller', null),
  ('a0000000-0000-4000-8000-000000000013', 'Mori Design Studio',      'mori-design.example',     'reseller', null),
  ('a0000000-0000-4000-8000-000000000014', 'Novák a syn s.r.o.',      'novak-syn.example',       'reseller', null),
  ('a0000000-0000-4000-8000-000000000015', 'Oliveira Vinhos',         'oliveira-vinhos.example', 'reseller', null),
  ('a0000000-0000-4000-8000-000000000016', 'Petrakis Shipping',       'petrakis.example',        'reseller', null);

-- the others, whom nobody has listed
insert into ledger.customer (customer_id, company_name, domain, relationship)
select ('b0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'Customer ' || n, 'customer-' || n || '.example', 'reseller'
  from generate_series(1, 45) n;

-- three subscriptions for everybody who has a relationship; the second of every third customer is suspended already
insert into ledger.subscription (subscription_id, customer_id, name, kind, status)
select (left(customer_id::text, 1) || n || substr(customer_id::text, 3))::uuid, customer_id,
       (array['Office E3', 'Exchange Plan 1', 'Azure pay-as-you-go'])[n], (array['license', 'license', 'usage'])[n],
       case when n = 2 and right(customer_id::text, 1) in ('3', '6', '9') then 'suspended' else 'active' end
  from ledger.customer cross join generate_series(1, 3) n
 where relationship = 'reseller';

insert into ledger.support_contact (customer_id, contact)
select customer_id, 'support@reseller.example' from ledger.customer where relationship = 'reseller';
insert into ledger.delegated_admin (customer_id, role)
select customer_id, role from ledger.customer cross join unnest(array['helpdesk', 'service support']) role where relationship = 'reseller';
insert into ledger.purchase_authority (customer_id)
select customer_id from ledger.customer where relationship = 'reseller';

-- what cannot be suspended: one for each reason to wait
insert into ledger.subscription (subscription_id, customer_id, name, kind, status, term_end) values
  ('d0000000-0000-4000-8000-000000000011', 'a0000000-0000-4000-8000-000000000011', 'Business Premium, a year', 'new_commerce', 'active', current_date + 160),
  ('d0000000-0000-4000-8000-000000000012', 'a0000000-0000-4000-8000-000000000012', 'Reserved VM, three years', 'reserved_instance', 'active', current_date + 700),
  ('d0000000-0000-4000-8000-000000000013', 'a0000000-0000-4000-8000-000000000013', 'SQL Server, perpetual',    'software', 'active', null),
  ('d0000000-0000-4000-8000-000000000014', 'a0000000-0000-4000-8000-000000000014', 'Azure plan',               'azure_plan', 'active', null),
  ('d0000000-0000-4000-8000-000000000015', 'a0000000-0000-4000-8000-000000000015', 'Backup from a marketplace','marketplace', 'active', null),
  ('d0000000-0000-4000-8000-000000000016', 'a0000000-0000-4000-8000-000000000016', 'Project Plan 3',           'license', 'pending', null);

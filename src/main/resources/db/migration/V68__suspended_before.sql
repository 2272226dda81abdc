-- What this program had suspended before an offboarding began again, and was active once more when it did, is what the customer was listed
-- again for. An earlier version told that by two lists together; from now on the first one is without it, and what of that list is active
-- later holds the case. Also of a run that died: the next one takes in its cases as they stand there.
update offboarding.offboarding_case
   set facts = (facts::jsonb || jsonb_build_object('suspended_before', (
         select coalesce(jsonb_agg(id order by id), '[]') from json_array_elements_text(facts -> 'suspended_before') id
          where not jsonb_exists((facts -> 'returned')::jsonb, id))))::json
 where closed_at is null and facts -> 'suspended_before' is not null and facts -> 'returned' is not null;

update offboarding.run_case
   set facts = (facts::jsonb || jsonb_build_object('suspended_before', (
         select coalesce(jsonb_agg(id order by id), '[]') from json_array_elements_text(facts -> 'suspended_before') id
          where not jsonb_exists((facts -> 'returned')::jsonb, id))))::json
 where facts -> 'suspended_before' is not null and facts -> 'returned' is not null;

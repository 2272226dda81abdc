-- Whether any of what was asked for was sent at all, and whether it may have changed something: who counts customers that were begun asks for
-- the first, and whoever has an approval of how a customer was for the second. What was accepted counts as a change, however it shows, and
-- what had no answer as one unless it was found otherwise. A quotation mark within a text is escaped in JSON, so no message says this by
-- chance; and text is compared, not parsed, because thirty days of outcomes are gone through. That both depend on the INTENT keeps them from
-- being worked out of events that are no outcomes, before those are left out.
create or replace view offboarding.intent as
  select i.sequence, i.at, i.run_id, i.platform, r.platform_identity, o.customer_id, i.action, o.data,
         case i.kind when 'INTENT' then
           o.data not like '%"result":"NOT_SENT"%' or o.data ~ '"result":"(DONE|REFUSED|LOST)"' end as sent,
         case i.kind when 'INTENT' then
           o.data like '%"result":"DONE"%' or o.data like '%"result":"LOST"%' and o.data::jsonb @?
             '$.writes[*] ? (@.result == "LOST" && (!exists(@.after) || @.after == null || @.after like_regex
                "^(suspended|deleted|none|auto-renew off, cancelled at the end of the term)$" flag "i"))' end as may_have_changed
    from offboarding.event o
    join offboarding.event i on i.sequence = o.answers and i.kind = 'INTENT'
    left join offboarding.run r on r.run_id = i.run_id;

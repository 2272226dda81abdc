-- Each row is told anew each night: with room for a second version beside each, no page and no entry of the index is added for it.
alter table offboarding.last_result set (fillfactor = 45);

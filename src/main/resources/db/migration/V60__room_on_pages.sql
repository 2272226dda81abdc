-- A row that a run changes stays on its page, and spares all indexes, as long as the page has room for it. A case grows while it is worked, to
-- twice its length (what was suspended, what was seen, the effects), and each version is there beside the one before: with the room that
-- there was, a third to a half of all changes went to other pages, each with the whole row and a row of every index in the log.
alter table offboarding.run_case set (fillfactor = 25);
alter table offboarding.offboarding_case set (fillfactor = 30);

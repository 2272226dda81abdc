package dev.offboarding.lists;

/** What the row gate says of a row. */
sealed interface RowVerdict permits Entry, Reject {}

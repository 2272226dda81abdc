package dev.offboarding.lists;

/** What the row gate says about a row. */
sealed interface RowVerdict permits Entry, Reject {}

package dev.offboarding.lists;

/** What the row gate says of a row. */
sealed interface Checked permits Entry, Reject {}

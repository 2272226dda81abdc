package dev.offboarding.lists;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A list, row by row. */
interface ListSource {
    Headings headings();

    /** Whether its effective dates are dates already, and come as 2026-12-31 whatever {@code list.date-format} says. */
    default boolean datesAreTyped() {
        return false;
    }

    /** Whether people know its cells by a name, such as C14. */
    default boolean namesCells() {
        return false;
    }

    /** How its cells are kept apart, where it is a text. */
    default Layout layout() {
        return Layout.USUAL;
    }

    /**
     * The next row that is not blank, or null at the end.
     *
     * @throws ListRefusedException if the whole list is refused; the rows so far are those that could be distinguished
     */
    @Nullable
    Row next() throws SQLException;
}

package dev.offboarding.lists;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A list, row by row. */
interface ListSource {
    Headings headings();

    /**
     * The next row that is not blank, or null at the end.
     *
     * @throws ListRefusedException if the whole list is refused; the rows so far are those that could be told apart
     */
    @Nullable
    Row next() throws SQLException;
}

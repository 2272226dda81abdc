package dev.offboarding.lists;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The list that a file holds. */
sealed interface FileList extends ListSource, Closeable permits CsvList, WorkbookList {

    /**
     * Reads the headings. Which kind of file it is, its name says. The stream stays open.
     *
     * @param ofHeadings what to do with the headings before they are checked
     * @param dates how cells are to have their dates where they are not text
     * @throws ListRefusedException if they cannot be read
     */
    static FileList of(String name, InputStream in, UnaryOperator<List<String>> ofHeadings, Dates dates)
            throws IOException {
        return WorkbookList.isOne(name) ? new WorkbookList(in, ofHeadings, dates) : new CsvList(in, ofHeadings);
    }

    @Override
    @Nullable
    Row next();

    @Override
    default void close() throws IOException {}
}

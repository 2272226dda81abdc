package dev.offboarding.lists;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a list says about a customer, as each table has it that keeps such a row: this is the one place that knows in which columns.
 *
 * @param source the file's name, or {@code database}
 * @param cells by column; what is empty is not there
 * @param others cells under columns that mean nothing to us, as a stored JSON object
 */
public record ListedRow(String source, long line, Map<Column, String> cells, String others) {

    /** The source of a row that is of no file. */
    public static final String OF_A_DATABASE = "database";

    /** The columns of a table, for SQL. */
    public static final String COLUMNS = columns("");

    /** The same columns of the table with this alias. */
    public static String columnsOf(String alias) {
        return columns(alias + ".");
    }

    private static String columns(String prefix) {
        return names().map(name -> prefix + name).collect(Collectors.joining(", "));
    }

    /** The names of these columns. */
    public static Stream<String> names() {
        return Stream.of(
                        Stream.of("source", "line"),
                        Column.KEPT.stream().map(Column::label),
                        Stream.of("others", "contents"))
                .flatMap(names -> names);
    }

    public static ListedRow read(ResultSet row) throws SQLException {
        Map<Column, String> cells = new EnumMap<>(Column.class);
        for (Column column : Column.KEPT) {
            String cell = row.getString(column.label());
            if (cell != null) {
                cells.put(column, cell);
            }
        }
        return new ListedRow(row.getString("source"), row.getLong("line"), cells, row.getString("others"));
    }

    public @Nullable String cell(Column column) {
        return cells.get(column);
    }

    public @Nullable String companyName() {
        return cell(Column.COMPANY_NAME);
    }

    public @Nullable String domain() {
        return cell(Column.DOMAIN);
    }

    public @Nullable LocalDate effectiveDate() {
        String date = cell(Column.EFFECTIVE_DATE);
        return date == null ? null : LocalDate.parse(date);
    }
}

package dev.offboarding.lists;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** A list that is the result of a query. Rows are fetched a thousand at a time. */
public final class DatabaseList {
    static final String SOURCE = "database";

    private static final int FETCH_SIZE = 1_000;

    private final ListSettings.Database settings;
    private final DataSource dataSource;

    /** @param jobDatabase where the list is if the settings name no database of its own */
    public DatabaseList(ListSettings.Database settings, DataSource jobDatabase) {
        this.settings = settings;
        this.dataSource = settings.url() == null ? jobDatabase : own(settings, settings.url());
    }

    private static DataSource own(ListSettings.Database settings, String url) {
        DriverManagerDataSource own = new DriverManagerDataSource(url);
        if (settings.username() != null) {
            own.setUsername(settings.username());
        }
        if (settings.password() != null) {
            own.setPassword(settings.password());
        }
        return own;
    }

    /**
     * Hands over the list as it is at one moment; nothing is written by the query, whatever it says.
     *
     * @throws ListUnavailableException if the query is none
     * @throws org.springframework.dao.DataAccessException if the database cannot be used
     * @throws org.springframework.transaction.TransactionException if the database cannot be reached
     */
    void read(Consumer<ListSource> reader) {
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        jdbc.setFetchSize(FETCH_SIZE);
        TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        transaction.setReadOnly(true);
        transaction.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        try {
            transaction.executeWithoutResult(status ->
                    jdbc.query(settings.query(), (ResultSetExtractor<Boolean>) rows -> {
                        reader.accept(new Result(rows));
                        return true;
                    }));
        } catch (BadSqlGrammarException e) {
            throw new ListUnavailableException(
                    "list.database.query cannot be run: %s. Try the query by hand and mend it in the job file."
                            .formatted(Blanks.quote(
                                    String.valueOf(e.getMostSpecificCause().getMessage()), 500)),
                    e);
        }
    }

    /**
     * Runs the {@code done} statement for each customer, all in one transaction; does nothing if there is none. Running it
     * again for the same customer has to be harmless.
     *
     * @return how many rows were changed: fewer than customers if the statement did not find one
     * @throws org.springframework.dao.DataAccessException if the statement fails; then nothing was changed
     * @throws org.springframework.transaction.TransactionException if the database cannot be reached
     */
    public int done(Map<UUID, Instant> offboardedAt) {
        String statement = settings.done();
        if (statement == null || offboardedAt.isEmpty()) {
            return 0;
        }
        SqlParameterSource[] customers = offboardedAt.entrySet().stream()
                .map(customer -> new MapSqlParameterSource()
                        // text of unknown type: the column may be a uuid or a text
                        .addValue("customer_id", customer.getKey().toString(), Types.OTHER)
                        .addValue(
                                "offboarded_at",
                                customer.getValue().atOffset(ZoneOffset.UTC),
                                Types.TIMESTAMP_WITH_TIMEZONE))
                .toArray(SqlParameterSource[]::new);
        TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        int changed = 0;
        for (int count : transaction.execute(
                status -> new NamedParameterJdbcTemplate(dataSource).batchUpdate(statement, customers))) {
            // with rewritten batches the driver may say only that it worked
            changed += Math.max(count, 0);
        }
        return changed;
    }

    private static final class Result implements ListSource {
        private final ResultSet rows;
        private final Headings headings;

        Result(ResultSet rows) throws SQLException {
            this.rows = rows;
            ResultSetMetaData columns = rows.getMetaData();
            List<String> labels = new ArrayList<>();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                labels.add(Blanks.trim(columns.getColumnLabel(i)));
            }
            headings = new Headings(labels);
            ListRefusedException refusal = headings.refusal();
            if (refusal != null) {
                throw new ListRefusedException(
                        "the query's result: " + refusal.problem(), "Name its columns with AS in list.database.query.");
            }
        }

        @Override
        public Headings headings() {
            return headings;
        }

        @Override
        public @Nullable Row next() throws SQLException {
            if (!rows.next()) {
                return null;
            }
            List<String> cells = new ArrayList<>();
            String flaw = null;
            for (int i = 1; i <= headings.count(); i++) {
                String text = rows.getString(i);
                String cell = text == null ? "" : Blanks.trim(text);
                if (cell.length() > CsvRows.MAX_CELL) {
                    flaw = "a cell is longer than %,d characters".formatted(CsvRows.MAX_CELL);
                    cell = cell.substring(0, 100) + "…";
                }
                cells.add(cell);
            }
            return new Row(rows.getRow(), cells, flaw);
        }
    }
}

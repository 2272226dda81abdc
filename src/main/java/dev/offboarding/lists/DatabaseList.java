package dev.offboarding.lists;

import static java.util.Objects.requireNonNull;

import dev.offboarding.database.ServerFault;
import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.OneLine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Parser;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCallback;
import org.springframework.jdbc.core.StatementCallback;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** A list that is the result of a query. Rows are fetched a thousand at a time. */
public final class DatabaseList {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseList.class);

    private static final int FETCH_SIZE = 1_000;

    /** Shorter than a pool waits for a server that says nothing: the statement is to be cancelled, and not left behind. */
    private static final int DONE_AT_MOST_SECONDS = 540;

    private static final String QUERY = "list.database.query";

    private static final String DONE = "list.database.done";

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    /** A description that has to wait cannot be called off. */
    private static final String LOOK_BRIEFLY = "1s";

    /** What cannot be described because somebody locks its table is left to the night in which it is run. */
    private static final String NOT_AT_ALL = "1ms";

    private static final String CANCELLED = "57014";

    private static final String WRITES = "25006";

    private static final String NO_RIGHT = "42501";

    private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|--[^\n]*");

    private final ListSettings.Database settings;
    private final DataSource dataSource;
    private final String zone;
    private final CancellationToken cancellation;

    /**
     * @param dataSource where the list is
     * @param zone the job's: query and done statement run in it
     * @param cancellation ends what waits for an answer or for someone else's lock when the run is to end
     */
    public DatabaseList(
            ListSettings.Database settings, DataSource dataSource, ZoneId zone, CancellationToken cancellation) {
        this.zone = sessionZone(zone);
        this.settings = settings;
        this.cancellation = cancellation;
        this.dataSource = dataSource;
    }

    /** As PostgreSQL has it, where a plain offset counts the other way round. */
    private static String sessionZone(ZoneId zone) {
        return zone.normalized() instanceof ZoneOffset offset
                ? "<%1$s>%2$s%3$d:%4$02d:%5$02d"
                        .formatted(
                                offset.equals(ZoneOffset.UTC)
                                        ? "UTC"
                                        : offset.getId().replace(":", ""),
                                offset.getTotalSeconds() > 0 ? "-" : "+",
                                Math.abs(offset.getTotalSeconds()) / 3600,
                                Math.abs(offset.getTotalSeconds()) / 60 % 60,
                                Math.abs(offset.getTotalSeconds()) % 60)
                : zone.getId();
    }

    /**
     * Hands over the list as it is at one moment; nothing is written by the query, whatever it says.
     *
     * @throws ListUnavailableException if the query is not one
     * @throws ListFailedException if it fails while it runs
     * @throws dev.offboarding.kit.CancelledException if the run is to end
     * @throws org.springframework.dao.DataAccessException if the database cannot be used
     * @throws org.springframework.transaction.TransactionException if the database cannot be reached
     */
    void read(Consumer<ListSource> reader) {
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        jdbc.setFetchSize(FETCH_SIZE);
        TransactionTemplate transaction = new TransactionTemplate(readOnly());
        transaction.setReadOnly(true);
        transaction.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        transaction.executeWithoutResult(status -> {
            inTheJobsZone(jdbc);
            jdbc.execute((StatementCallback<Boolean>) statement -> {
                try (ResultSet rows = ask(statement)) {
                    reader.accept(new Result(rows, statement));
                }
                return true;
            });
        });
    }

    /**
     * Asks the database whether it understands the query, without running it.
     *
     * @throws ListUnavailableException if it does not
     * @throws org.springframework.dao.DataAccessException if the database cannot be used
     * @throws org.springframework.transaction.TransactionException if the database cannot be reached
     */
    void check() {
        String query = query();
        inATransactionThatReads(
                LOOK_BRIEFLY,
                jdbc -> jdbc.execute((ConnectionCallback<Boolean>) connection -> understood(connection, query)));
    }

    /** The same of the done statement, if there is one. */
    void checkDone() {
        String done = settings.done();
        if (done != null) {
            SqlParameterSource nobody = customer(new UUID(0, 0), Instant.EPOCH);
            // bound as it will be: what a parameter is decides on whether the statement is one
            inATransactionThatReads(
                    NOT_AT_ALL,
                    jdbc -> new NamedParameterJdbcTemplate(jdbc)
                            .execute(oneDone(done), nobody, (PreparedStatementCallback<Boolean>)
                                    prepared -> givesRows(DONE, prepared) != null));
        }
    }

    private void inATransactionThatReads(String patience, Consumer<JdbcTemplate> look) {
        TransactionTemplate transaction = new TransactionTemplate(readOnly());
        transaction.setReadOnly(true);
        transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        transaction.executeWithoutResult(status -> {
            // of this transaction only: behind a pooler the next one may be someone else's
            jdbc.queryForObject("select pg_catalog.set_config('lock_timeout', ?, true)", String.class, patience);
            look.accept(jdbc);
        });
    }

    private boolean understood(Connection connection, String query) throws SQLException {
        // a question mark is an operator here, and not a parameter
        try (PreparedStatement prepared = connection.prepareStatement(query.replace("?", "??"))) {
            if (Boolean.FALSE.equals(givesRows(QUERY, prepared))) {
                throw unusable(QUERY, "it gives no rows", null);
            }
        }
        return true;
    }

    /** Whether the statement gives rows, as the server understands it; null where somebody keeps a table locked and it does not say. */
    private @Nullable Boolean givesRows(String key, PreparedStatement prepared) throws SQLException {
        try {
            return unlessCalledOff(prepared, prepared::getMetaData) != null;
        } catch (SQLException e) {
            // nothing has run yet: whatever is wrong with a value is in the statement itself
            if (isStatementsFault(e) || String.valueOf(e.getSQLState()).startsWith("22")) {
                throw unusable(key, String.valueOf(e.getMessage()), e);
            }
            // someone keeps a table locked: the statement itself waits for that, and can be called off
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                return null;
            }
            throw e;
        }
    }

    /** The server is asked to do so as well, whatever the address says about how the driver is to do it. */
    private JdbcTransactionManager readOnly() {
        JdbcTransactionManager transactions = new JdbcTransactionManager(dataSource);
        transactions.setEnforceReadOnly(true);
        return transactions;
    }

    /**
     * A second one could end the transaction that only reads. The driver takes the text apart before it sends it, and is asked how.
     *
     * @throws ListUnavailableException if it is not a statement, or more than one
     */
    private String query() {
        return oneStatement(QUERY, settings.query());
    }

    private static String oneStatement(String key, String text) {
        try {
            List<String> statements = Parser.parseJdbcSql(text, true, false, true, false, false).stream()
                    .map(part -> part.nativeSql)
                    .filter(part -> !COMMENT.matcher(part).replaceAll("").isBlank())
                    .toList();
            if (statements.size() != 1) {
                throw unusable(
                        key,
                        statements.isEmpty()
                                ? "it is empty"
                                : "it is %d statements, and has to be one".formatted(statements.size()),
                        null);
            }
            return statements.get(0);
        } catch (SQLException e) {
            throw unusable(key, String.valueOf(e.getMessage()), e);
        }
    }

    private ResultSet ask(Statement statement) throws SQLException {
        try {
            return unlessCalledOff(statement, () -> statement.executeQuery(query()));
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** What it says is wrong, or it wants to write; not what it meets in a row. */
    private static boolean isStatementsFault(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return Stream.of("02", "03", "0A", "25", "42").anyMatch(state::startsWith);
    }

    private static ListUnavailableException unusable(String key, String why, @Nullable SQLException e) {
        String state = e == null ? "" : String.valueOf(e.getSQLState());
        if (e != null && state.equals(NO_RIGHT)) {
            return new ListUnavailableException(
                    "%s cannot be run: %s.".formatted(key, ServerFault.inWordsOfOthers(e)), e);
        }
        return new ListUnavailableException(
                "%s cannot be run: %s%s Try it by hand and correct it in the job file."
                        .formatted(
                                key,
                                quoted(why),
                                state.equals(WRITES) ? ". It wants to write, and may only read." : "."),
                e);
    }

    /** What the database cannot help, a connection that is gone or no room, stays what it is. */
    private static SQLException failed(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        if (Stream.of("08", "53", "57", "58").anyMatch(state::startsWith)) {
            return e;
        }
        if (isStatementsFault(e)) {
            throw unusable(QUERY, String.valueOf(e.getMessage()), e);
        }
        String said = quoted(String.valueOf(e.getMessage()));
        String fault = ServerFault.inWordsOfOthers(e);
        String why = said;
        String whatNow = "correct the row or the query";
        if (fault != null) {
            why = fault;
            whatNow = "once that is seen to, the next run reads it";
        } else if (state.startsWith("P0")) {
            why = "something in the database that it uses, a function perhaps, ended it with a message of its own: "
                    + said;
            whatNow = "see to what that says, or ask those who look after that database";
        } else if (state.equals(LOCK_NOT_AVAILABLE)) {
            why = "somebody else keeps what it reads locked: " + said;
            whatNow = "the next run tries again";
        } else if (state.startsWith("55")) {
            why = "something that it reads is not ready: " + said;
            whatNow = "once it is, the next run reads it";
        } else if (state.startsWith("40")) {
            why = "it got in the way of other work in the database: " + said;
            whatNow = "the next run tries again";
        }
        throw new ListFailedException(
                "list.database.query failed while it ran: %s. Nothing of the list was read, and no one is gone from it; %s."
                        .formatted(why, whatNow),
                e);
    }

    private static String quoted(String message) {
        return Whitespace.quote(OneLine.joined(message), 500);
    }

    /** For the transaction that is open: the driver has set this machine's zone. */
    private void inTheJobsZone(JdbcTemplate jdbc) {
        try {
            jdbc.queryForObject("select pg_catalog.set_config('TimeZone', ?, true)", String.class, zone);
        } catch (DataAccessException e) {
            if (e.getRootCause() instanceof SQLException sql && "22023".equals(sql.getSQLState())) {
                throw new ListFailedException(
                        "the list's database does not know the job's zone %s, and its dates would be read in another one. Name the zone in the job file as that database does (pg_timezone_names has them all)."
                                .formatted(zone),
                        e);
            }
            throw e;
        }
    }

    /**
     * Runs the {@code done} statement for each customer, all in one transaction; does nothing if there is none. Running it
     * again for the same customer has to be harmless.
     *
     * @return the customers for whom it changed no row
     * @throws ListFailedException if the database's user may not do that; then nothing was changed
     * @throws org.springframework.dao.DataAccessException if the statement fails or takes too long; then nothing was changed either
     * @throws dev.offboarding.kit.CancelledException if the run is to end; then nothing was changed either
     * @throws org.springframework.transaction.TransactionException if the database cannot be reached
     */
    public Set<UUID> done(Map<UUID, Instant> offboardedAt) {
        String statement = settings.done();
        if (statement == null || offboardedAt.isEmpty()) {
            return Set.of();
        }
        SqlParameterSource[] customers = offboardedAt.entrySet().stream()
                .map(one -> customer(one.getKey(), one.getValue()))
                .toArray(SqlParameterSource[]::new);
        String one = oneDone(statement);
        TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        int[] changed = calledOffWithTheRun(jdbc -> transaction.execute(status -> {
            inTheJobsZone(jdbc);
            NamedParameterJdbcTemplate named = new NamedParameterJdbcTemplate(jdbc);
            // a description, which would say so before, cannot be called off while it waits for somebody's lock
            int first = requireNonNull(named.execute(one, customers[0], DatabaseList::executed));
            SqlParameterSource[] others = Arrays.copyOfRange(customers, 1, customers.length);
            if (first >= 0) {
                int[] counts = others.length == 0 ? new int[0] : named.batchUpdate(one, others);
                return IntStream.concat(IntStream.of(first), IntStream.of(counts))
                        .toArray();
            }
            int[] rows = IntStream.concat(
                            IntStream.of(first),
                            Stream.of(others)
                                    .mapToInt(
                                            other -> requireNonNull(named.execute(one, other, DatabaseList::executed))))
                    .map(given -> -1 - given)
                    .toArray();
            return hasWritten(jdbc) ? rows : new int[customers.length];
        }));
        Set<UUID> without = new LinkedHashSet<>();
        int i = 0;
        for (UUID customer : offboardedAt.keySet()) {
            // with rewritten batches the driver may say only that it worked, by a number below 0
            if (changed[i++] == 0) {
                without.add(customer);
            }
        }
        return without;
    }

    /**
     * Of a statement that gives rows, a function's call or one with {@code returning}, no count says what it has changed: those are the rows
     * that it gives, where it has written at all.
     *
     * @return how many rows it has changed; where it gives rows, how many, and one more, below 0
     */
    private static int executed(PreparedStatement statement) throws SQLException {
        if (!statement.execute()) {
            return statement.getUpdateCount();
        }
        int rows = 0;
        try (ResultSet given = statement.getResultSet()) {
            while (given.next()) {
                rows++;
            }
        }
        return -1 - rows;
    }

    /** Whether anything was written in the transaction that is open. */
    private static boolean hasWritten(JdbcTemplate jdbc) {
        return jdbc.queryForObject("select pg_catalog.pg_current_xact_id_if_assigned()::text", String.class) != null;
    }

    /** Text of unknown type for the id: the column may be a uuid or a text. */
    private static SqlParameterSource customer(UUID id, Instant offboardedAt) {
        return new MapSqlParameterSource()
                .addValue("customer_id", id.toString(), Types.OTHER)
                .addValue("offboarded_at", offboardedAt.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
    }

    /** Its question marks, two for an operator's one, stay as they are. */
    private static String oneDone(String statement) {
        return oneStatement(DONE, statement.replace("?", "??"));
    }

    private int[] calledOffWithTheRun(Function<JdbcTemplate, int[]> work) {
        AtomicReference<@Nullable Statement> underWay = new AtomicReference<>();
        JdbcTemplate jdbc = new JdbcTemplate(dataSource) {
            @Override
            protected void applyStatementSettings(Statement statement) throws SQLException {
                super.applyStatementSettings(statement);
                underWay.set(statement);
            }
        };
        jdbc.setQueryTimeout(DONE_AT_MOST_SECONDS);
        try {
            return cancellation.call(() -> work.apply(jdbc), () -> cancel(underWay.get()));
        } catch (DataAccessException e) {
            if (e.getRootCause() instanceof SQLException sql) {
                if (CANCELLED.equals(sql.getSQLState())) {
                    cancellation.check();
                } else if (NO_RIGHT.equals(sql.getSQLState())) {
                    throw new ListFailedException(String.valueOf(ServerFault.inWordsOfOthers(sql)), e);
                }
            }
            throw e;
        }
    }

    private <T> T unlessCalledOff(Statement statement, CancellationToken.Call<T, SQLException> call)
            throws SQLException {
        try {
            return cancellation.call(call, () -> cancel(statement));
        } catch (SQLException e) {
            if (CANCELLED.equals(e.getSQLState())) {
                cancellation.check();
            }
            throw e;
        }
    }

    private static void cancel(@Nullable Statement statement) {
        try {
            if (statement != null) {
                statement.cancel();
            }
        } catch (SQLException e) {
            LOG.debug("a statement that was to be called off is over already, or its server does not answer", e);
        }
    }

    private final class Result implements ListSource {
        private final ResultSet rows;
        private final Statement statement;
        private final Headings headings;
        private final boolean datesAreTyped;

        Result(ResultSet rows, Statement statement) throws SQLException {
            this.rows = rows;
            this.statement = statement;
            ResultSetMetaData columns = rows.getMetaData();
            List<String> labels = new ArrayList<>();
            boolean typed = false;
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                labels.add(Whitespace.trim(columns.getColumnLabel(i)));
                typed |= Column.of(columns.getColumnLabel(i)) == Column.EFFECTIVE_DATE
                        && columns.getColumnType(i) == Types.DATE;
            }
            datesAreTyped = typed;
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
        public boolean datesAreTyped() {
            return datesAreTyped;
        }

        @Override
        public @Nullable Row next() throws SQLException {
            // each thousandth asks the server
            try {
                if (!unlessCalledOff(statement, rows::next)) {
                    return null;
                }
            } catch (SQLException e) {
                throw failed(e);
            }
            List<String> cells = new ArrayList<>();
            String flaw = null;
            for (int i = 1; i <= headings.count(); i++) {
                String text = rows.getString(i);
                String cell = text == null ? "" : Whitespace.trim(text);
                if (cell.length() > CsvRows.MAX_CELL) {
                    flaw = "a cell is longer than %,d characters".formatted(CsvRows.MAX_CELL);
                    cell = OneLine.cut(cell, 100);
                }
                cells.add(cell);
            }
            return new Row(rows.getRow(), cells, flaw, false);
        }
    }
}

package dev.offboarding.database;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Sequences that are behind the numbers that they have given out, as after a restored dump: the next number would be one that is taken. */
final class Sequences {

    private static final Logger LOG = LoggerFactory.getLogger(Sequences.class);

    private static final String OF_SCHEMA = """
            select s.seqrelid::regclass::text, d.refobjid::regclass::text, quote_ident(a.attname)
              from pg_sequence s
              join pg_class c on c.oid = s.seqrelid and c.relnamespace = 'offboarding'::regnamespace
              join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.seqrelid and d.refclassid = 'pg_class'::regclass
               and d.deptype in ('a', 'i')
              join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid""";

    /** Spring Batch's own belong to no column, and several numbers are made of each of theirs. */
    private static final List<Numbered> BATCH = List.of(
            batch("batch_job_instance", "job_instance_id"),
            batch("batch_job_execution", "job_execution_id"),
            batch("batch_step_execution", "step_execution_id"));

    /** What gets its numbers from a sequence: an expression over a table's rows. */
    private record Numbered(String sequence, String table, String number) {

        String taken() {
            return "count(nextval('%1$s')) as taken from generate_series(coalesce(pg_sequence_last_value('%1$s'), 0) + 1, (select max(%3$s) from %2$s))"
                    .formatted(sequence, table, number);
        }
    }

    private static Numbered batch(String table, String column) {
        return new Numbered(
                "offboarding." + table + "_seq",
                "offboarding." + table,
                column + " / " + OwnSchema.BATCH_NUMBERS_APART);
    }

    private Sequences() {}

    /**
     * Takes numbers until the next one is free. That needs no right that a run does not have, and another program that takes one at the same
     * moment does no harm.
     */
    static void catchUp(DataSource dataSource) {
        JdbcClient jdbc = JdbcClient.create(dataSource);
        try {
            List<Numbered> all = new ArrayList<>(BATCH);
            all.addAll(jdbc.sql(OF_SCHEMA)
                    .query((row, i) -> new Numbered(row.getString(1), row.getString(2), row.getString(3)))
                    .list());
            jdbc.sql(IntStream.range(0, all.size())
                            .mapToObj(i ->
                                    "select %d as n, %s".formatted(i, all.get(i).taken()))
                            .collect(Collectors.joining(" union all ")))
                    .query((row, i) -> warn(all.get(row.getInt("n")), row.getLong("taken")))
                    .list();
        } catch (DataAccessException e) {
            throw new DatabaseUnavailableException(
                    "The sequences of the schema 'offboarding' could not be compared with its tables: "
                            + e.getMostSpecificCause().getMessage(),
                    e);
        }
    }

    private static long warn(Numbered numbered, long taken) {
        if (taken > 0) {
            LOG.warn(
                    "the sequence {} was {} numbers behind {}, as after a restored dump, and was set right",
                    numbered.sequence(),
                    taken,
                    numbered.table());
        }
        return taken;
    }
}

package dev.offboarding.audit;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * What the trail said last of customers who wait, as a digest: what a run would say of one again to the letter need not be said again. Only
 * a note: of whom it has none, or of whom anything else was said since, all is said anew.
 */
public final class LastSaid {

    /**
     * What was said.
     *
     * @param sequence of the event that says it
     * @param digest in hexadecimal
     */
    public record Said(UUID customerId, long sequence, String digest) {}

    private final JdbcTemplate jdbc;
    private final String job;

    public LastSaid(JdbcTemplate jdbc, String job) {
        this.jdbc = jdbc;
        this.job = job;
    }

    /** By customer: only where no later event is about it, whichever run or person it is from. */
    public Map<UUID, Said> of(Collection<UUID> customerIds) {
        Map<UUID, Said> said = new HashMap<>();
        if (customerIds.isEmpty()) {
            return said;
        }
        jdbc.query(
                """
                select s.customer_id, s.sequence, encode(s.digest, 'hex') from offboarding.said_last s
                 where s.job = ? and s.customer_id = any(?)
                   and s.sequence = (select max(e.sequence) from offboarding.event e where e.customer_id = s.customer_id)
                """,
                (RowCallbackHandler) row -> {
                    UUID customerId = row.getObject(1, UUID.class);
                    said.put(customerId, new Said(customerId, row.getLong(2), row.getString(3)));
                },
                job,
                customerIds.toArray(UUID[]::new));
        return said;
    }

    /** Notes it within the transaction that appends the events. */
    public void note(List<Said> said) {
        if (said.isEmpty()) {
            return;
        }
        jdbc.update(
                """
                insert into offboarding.said_last (job, customer_id, sequence, digest)
                select ?, x.customer_id, x.sequence, decode(x.digest, 'hex')
                  from unnest(?::uuid[], ?::bigint[], ?::text[]) as x (customer_id, sequence, digest)
                on conflict (job, customer_id) do update set sequence = excluded.sequence, digest = excluded.digest
                """,
                job,
                column(said, Said::customerId, UUID[]::new),
                column(said, Said::sequence, Long[]::new),
                column(said, Said::digest, String[]::new));
    }

    private static <T> T[] column(List<Said> said, Function<Said, T> value, IntFunction<T[]> array) {
        return said.stream().map(value).toArray(array);
    }
}

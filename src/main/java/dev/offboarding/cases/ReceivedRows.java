package dev.offboarding.cases;

import dev.offboarding.lists.ListedRow;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.springframework.jdbc.core.JdbcTemplate;

/** Rows of a run's list that list their customers anew and of which no decision tells, for the trail. */
public final class ReceivedRows {

    private static final int PAGE = 5_000;

    private final JdbcTemplate jdbc;
    private final String runId;

    public ReceivedRows(JdbcTemplate jdbc, String runId) {
        this.jdbc = jdbc;
        this.runId = runId;
    }

    /** @param contents the row's digest, in hexadecimal */
    public record Received(long position, UUID customerId, ListedRow row, String contents) {}

    /** Those of which the run will decide nothing: to be asked for before it observes. Page by page. */
    public void neverDecided(Consumer<List<Received>> each) {
        pages("r.next_step is distinct from 'observe'", each);
    }

    /** Those of which it has decided nothing and told nothing, whatever has stopped it. Page by page. */
    public void undecided(Consumer<List<Received>> each) {
        pages("""
                r.next_step = 'observe' and not exists (
                  select from offboarding.received t where t.run_id = r.run_id and t.customer_id = r.customer_id)
                """, each);
    }

    private void pages(String which, Consumer<List<Received>> each) {
        long after = 0;
        List<Received> page;
        do {
            page = jdbc.query(
                    """
                    select r.position, r.customer_id, %s, encode(l.contents, 'hex') as digest
                      from offboarding.run_case r
                      join offboarding.run_listing l on l.run_id = r.run_id and l.position = r.position
                     where r.run_id = ? and r.listed_anew and r.position > ? and l.position > ? and %s
                     order by r.position limit ?
                    """.formatted(ListedRow.columnsOf("l"), which),
                    (row, i) -> new Received(
                            row.getLong("position"),
                            row.getObject("customer_id", UUID.class),
                            ListedRow.read(row),
                            row.getString("digest")),
                    runId,
                    after,
                    after,
                    PAGE);
            if (!page.isEmpty()) {
                after = page.get(page.size() - 1).position();
                each.accept(page);
            }
        } while (page.size() == PAGE);
    }
}

package dev.offboarding.run.crash;

import dev.offboarding.run.Scene;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** A night with one customer of each kind, on one of the platforms, for runs that are interfered with. */
public abstract class Swept implements AutoCloseable {

    /** A wrong row, to be set aside; and a good one twice. */
    private static final String WRONG_ROW = "not-a-guid,wrong.example,T-0\n";

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final Scene scene;
    private final List<String> listed = new ArrayList<>();
    private final boolean databaseList;

    public Swept(Scene scene, boolean databaseList) {
        this.scene = scene;
        this.databaseList = databaseList;
        scene.clock.run();
        // Batch keeps what it knows of a step in a map of the whole process, by the step's number
        for (String sequence : List.of("job_instance", "job_execution", "step_execution")) {
            scene.jdbc()
                    .sql("select setval('offboarding.batch_%s_seq', ?)".formatted(sequence))
                    .param(NUMBERS.addAndGet(1_000_000))
                    .query(Long.class)
                    .single();
        }
    }

    public Scene scene() {
        return scene;
    }

    /** Everything on the platform that a run may change, in words. */
    public abstract Map<String, String> state();

    /** What the platform itself has seen, compared with the trail. */
    public abstract void assertEveryWriteIsInTheTrailOnce(List<Aftermath.Attempt> attempts);

    /** Requests to the platform so far; 0 where the database that counts moments is the platform. */
    public long requests() {
        return 0;
    }

    /**
     * From here on the n-th request goes wrong, as when its sender dies: it is held, and takes effect before that, never, or only when
     * the sender is dead.
     */
    public void holdRequest(long n, Random random) {
        throw new UnsupportedOperationException();
    }

    /** As {@link #holdRequest}, of requests that change something. */
    public void holdWrite(long n, Random random) {
        throw new UnsupportedOperationException();
    }

    /** What was asked of the platform so far counts no more. */
    public void forgetRequests() {}

    /** Requests that change something, so far. */
    public long writes() {
        return 0;
    }

    public boolean aRequestIsHeld() {
        return false;
    }

    /** No further request goes wrong. */
    public void nothingIsHeldAnyMore() {}

    /** Requests that are held, and are to take effect after their sender's death, do so now. */
    public void whatWasHeldTakesEffect() {}

    /** How long the next runs wait for an answer of the platform. */
    public void answersAreWaitedForLong(boolean veryLong) {}

    public final void list(String customerId, String domain) {
        listed.add(customerId + "," + domain + ",T-1\n");
    }

    /** Puts the list where the job looks for it. */
    public final void publishList() {
        if (databaseList) {
            scene.sql(
                    "create table public.listed (line serial, customer_id text, domain text, ticket text, done_at timestamptz)");
            listed.forEach(this::insert);
            insert(WRONG_ROW);
            insert(listed.get(0));
            scene.listedBy("select customer_id, domain, ticket from public.listed order by line");
            scene.with(
                    "list.database.done",
                    "update public.listed set done_at = :offboarded_at where customer_id = :customer_id::text");
        } else {
            scene.inboxFile("list.csv", csv());
        }
    }

    private void insert(String row) {
        String[] cells = row.strip().split(",");
        scene.sql(
                "insert into public.listed (customer_id, domain, ticket) values (?, ?, ?)",
                cells[0],
                cells[1],
                cells[2]);
    }

    private String csv() {
        return "customer_id,domain,ticket\n" + String.join("", listed) + WRONG_ROW + listed.get(0);
    }

    public final void assertNothingOfTheListsIsLost() throws Exception {
        if (databaseList) {
            List<String> untold = scene.jdbc().sql("""
                            select l.customer_id from public.listed l
                              join offboarding.offboarding_case c on c.customer_id::text = lower(l.customer_id)
                             where c.closed_as in ('OFFBOARDED', 'ALREADY_OFFBOARDED') and l.done_at is null
                            """).query(String.class).list();
            org.assertj.core.api.Assertions.assertThat(untold)
                    .as("customers of the list that it was not told of")
                    .isEmpty();
            return;
        }
        Path archive = scene.inbox().resolve("archive");
        List<String> files = scene.inboxFiles();
        org.assertj.core.api.Assertions.assertThat(files)
                .as("files in the inbox")
                .containsExactlyInAnyOrder("archive/list.csv", "archive/list.csv.rejects.csv");
        org.assertj.core.api.Assertions.assertThat(
                        Files.readString(archive.resolve("list.csv"), StandardCharsets.UTF_8))
                .isEqualTo(csv());
        org.assertj.core.api.Assertions.assertThat(Scene.csv(archive.resolve("list.csv.rejects.csv")))
                .hasSize(1);
    }

    public boolean listIsAQuery() {
        return databaseList;
    }

    /** Where the cases stand: the customer, and what became of it. */
    public final Map<String, String> cases() {
        Map<String, String> cases = new TreeMap<>();
        scene.jdbc()
                .sql(
                        "select customer_id::text, concat_ws(' ', state, closed_as, hold_reason) from offboarding.offboarding_case")
                .query(row -> {
                    String before = cases.put(row.getString(1), row.getString(2));
                    org.assertj.core.api.Assertions.assertThat(before)
                            .as("a second case of one customer")
                            .isNull();
                });
        return cases;
    }

    @Override
    public void close() {
        scene.close();
    }

    public static Duration between(Random random, Duration least, Duration most) {
        return least.plusMillis(random.nextLong(most.toMillis() - least.toMillis() + 1));
    }
}

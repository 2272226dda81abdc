package dev.offboarding.lists;

import dev.offboarding.kit.CancellationToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** A job with an inbox, night after night. */
final class Nights {
    static final Set<Identifier> EITHER = Set.of(Identifier.DOMAIN, Identifier.COMPANY_NAME);
    private static final AtomicInteger COUNT = new AtomicInteger();

    final JdbcTemplate jdbc = new JdbcTemplate(ListDatabase.DATA_SOURCE);
    final String job = "job-" + COUNT.incrementAndGet();
    final Path inbox;
    final ListReception reception;
    Runnable duringTheSecond = () -> {};
    ListSettings settings;
    Set<Identifier> identity = EITHER;
    String runId = "";
    private int runs;

    Nights(Path folder) {
        inbox = folder.resolve("inbox");
        try {
            Files.createDirectories(inbox);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        settings = new ListSettings(new ListSettings.Csv(inbox, null), null, null);
        reception = new ListReception(
                ListDatabase.DATA_SOURCE,
                ListDatabase.DATA_SOURCE,
                new NightClock(),
                ListReception.BETWEEN_LOOKS,
                CancellationToken.pausing(time -> duringTheSecond.run()));
    }

    /** Half an hour before midnight in UTC, when it is the next day already where the job is. */
    private final class NightClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneId.of("Europe/Berlin");
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return Clock.fixed(instant(), zone);
        }

        @Override
        public Instant instant() {
            return Instant.parse("2026-03-27T23:30:00Z").plus(Duration.ofDays(runs));
        }
    }

    /** A customer's id that no other number has. */
    static UUID id(int customer) {
        return new UUID(0x1111_2222_3333_4444L, customer);
    }

    static String row(int customer) {
        return "%s,Company %d,company%d.example\n".formatted(id(customer), customer, customer);
    }

    static String list(int from, int to) {
        StringBuilder list = new StringBuilder("customer_id,company_name,domain\n");
        for (int customer = from; customer <= to; customer++) {
            list.append(row(customer));
        }
        return list.toString();
    }

    Path drop(String name, String text) {
        return drop(name, text.getBytes(StandardCharsets.UTF_8));
    }

    Path drop(String name, byte[] bytes) {
        try {
            return Files.write(inbox.resolve(name), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a plan sees of the night. */
    Reception plan() {
        return receive();
    }

    Reception receive() {
        runId = job + "-run-" + ++runs;
        return reception.receive(runId, job, settings, identity);
    }

    /** A whole night. */
    Reception night() {
        reception.finishMoves(job);
        Reception received = receive();
        reception.markTaken(runId);
        if (!reception.moveFiles(runId).isEmpty()) {
            throw new IllegalStateException("not all files could be moved");
        }
        return received;
    }

    List<UUID> accepted() {
        return jdbc.queryForList(
                "select customer_id from offboarding.entry where run_id = ? and status = 'ACCEPTED' order by file_no, line",
                UUID.class,
                runId);
    }

    List<Reject> rejects() {
        return jdbc.query(
                "select * from offboarding.reject where run_id = ? order by file_no, line",
                (row, n) -> new Reject(
                        row.getString("source"),
                        row.getLong("line"),
                        row.getObject("customer_id", UUID.class),
                        row.getString("column_name"),
                        row.getString("problem"),
                        row.getString("remedy"),
                        JsonMapper.shared()
                                .readValue(row.getString("cells"), new TypeReference<Map<String, String>>() {})),
                runId);
    }

    /** Everything in the inbox and below, relative to it. */
    List<String> files() {
        try (Stream<Path> files = Files.walk(inbox)) {
            return files.filter(file -> !Files.isDirectory(file))
                    .map(file -> inbox.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String text(String name) {
        try {
            return Files.readString(inbox.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

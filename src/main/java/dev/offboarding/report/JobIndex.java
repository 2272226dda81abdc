package dev.offboarding.report;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import dev.offboarding.cases.CaseList;
import dev.offboarding.cases.CaseState;
import dev.offboarding.kit.DurableFile;
import dev.offboarding.kit.Rights;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Messages;
import dev.offboarding.runs.Mode;
import dev.offboarding.runs.RunLog;
import dev.offboarding.runs.RunLog.Night;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * {@code reports/<job>/index.html}: all runs of a job on one page, which loads nothing and runs no script. No evidence, and part of no manifest:
 * it is written anew after each run, from the database.
 */
public final class JobIndex {

    static final String FILE = "index.html";

    /** Runs that the page has. */
    private static final int MOST_RUNS = 2_000;
    /** Nights in its strip. */
    private static final int STRIP = 30;
    /** Customers that wait longest. */
    private static final int LONGEST = 10;
    /** Bars are drawn in so many units. */
    private static final int BAR = 100;

    private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("MMMM uuuu", Locale.ENGLISH);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH);
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT);
    private static final String STYLE = PagePart.resource("page.css") + PagePart.resource("index.css");
    private static final String STYLE_HASH = PagePart.hash(STYLE);
    private static final Template TEMPLATE = Mustache.compiler()
            .strictSections(true)
            .emptyStringIsFalse(true)
            .nullValue("")
            .compile(PagePart.resource("index.mustache"));

    private final DataSource dataSource;
    private final Path reports;
    private final Rights rights;
    private final ZoneId zone;

    /**
     * @param dataSource the job's own database
     * @param reports the folder that has a folder for each job
     * @param rights of what is written
     * @param zone in which times are shown
     */
    public JobIndex(DataSource dataSource, Path reports, Rights rights, ZoneId zone) {
        this.dataSource = dataSource;
        this.reports = reports;
        this.rights = rights;
        this.zone = zone;
    }

    /**
     * Writes it, in place of the one before.
     *
     * @param now how long customers have waited is counted up to then
     * @throws EvidenceException if it could not be written
     * @throws org.springframework.dao.DataAccessException if the database could not be read
     */
    public void write(String job, Instant now) {
        String page;
        try (Snapshot snapshot = Snapshot.of(dataSource)) {
            page = TEMPLATE.execute(page(snapshot.jdbc(), job, now));
        }
        Path place = reports.resolve(job);
        Path writing = place.resolve("." + FILE + "." + UUID.randomUUID());
        try {
            try {
                try (OutputStream out = Channels.newOutputStream(rights.createFile(writing))) {
                    out.write(page.getBytes(StandardCharsets.UTF_8));
                }
                DurableFile.put(writing, place.resolve(FILE));
            } finally {
                Files.deleteIfExists(writing);
            }
        } catch (IOException e) {
            throw EvidenceException.because("The page of all runs could not be written", place, e);
        }
    }

    private Map<String, Object> page(JdbcTemplate jdbc, String job, Instant now) {
        PageTime time = new PageTime(zone.getId());
        List<Night> nights = new RunLog(jdbc).last(job, MOST_RUNS);
        List<Line> lines = nights.stream().map(night -> line(job, night, time)).toList();
        CaseList cases = new CaseList(jdbc);
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("style", STYLE);
        page.put("styleHash", STYLE_HASH);
        page.put("job", job);
        page.put("zone", time.zone());
        page.put("written", time.minute(now));
        page.put("open", PageText.count(cases.open(job), "case is open", "cases are open"));
        // a plan is somebody's question, and a withdrawal somebody's word
        List<Line> ofNights = new ArrayList<>(
                lines.stream().filter(Line::isNight).limit(STRIP).toList());
        page.put("last", ofNights.isEmpty() ? "" : ofNights.get(0));
        page.put("legend", legend(ofNights));
        page.put("count", PageText.count(ofNights.size(), "night", "nights"));
        Collections.reverse(ofNights);
        page.put("strip", ofNights);
        List<Due> due = due(cases.dueByMonth(job));
        page.put("due", due);
        page.put("isDue", !due.isEmpty());
        String newest = nights.stream()
                .filter(night -> night.mode().equals(Mode.RUN.text()) && hasReport(job, night))
                .map(Night::runId)
                .findFirst()
                .orElse(null);
        List<Waits> waiting = cases.waitingLongest(job, LONGEST).stream()
                .map(row -> waits(row, newest, now))
                .toList();
        page.put("waiting", waiting);
        page.put("isWaiting", !waiting.isEmpty());
        page.put("lines", lines);
        page.put(
                "beyond",
                nights.stream().filter(n -> n.runId() != null).count() < MOST_RUNS ? "" : PageText.number(MOST_RUNS));
        return page;
    }

    private boolean hasReport(String job, Night night) {
        String runId = night.runId();
        return runId != null && ReportFolder.isWhole(reports, job, runId);
    }

    /** A run, or one that did not begin. */
    private record Line(
            String at,
            String day,
            String mode,
            boolean isNight,
            @Nullable String report,
            String runId,
            String tone,
            String word,
            String exitCode,
            String ending,
            String customers) {}

    private Line line(String job, Night night, PageTime time) {
        boolean began = night.obstacle() == null;
        ExitCode exitCode = night.exitCode();
        Long code = exitCode == null ? null : (long) exitCode.code();
        Map<String, Long> outcomes = night.outcomes();
        boolean reported = hasReport(job, night);
        return new Line(
                time.minute(night.at()),
                DAY.format(night.at().atZone(zone)),
                began ? night.mode() : "",
                night.mode().equals(Mode.RUN.text()),
                reported ? night.runId() + "/" + PagePart.FILE : null,
                Objects.requireNonNullElse(night.runId(), ""),
                began ? PageHeadline.tone(code, night.interrupted()) : "bad",
                began ? PageHeadline.word(code, night.interrupted()) : "Did not begin",
                code == null ? "" : code.toString(),
                PageText.story(night.ending()),
                outcomes == null
                        ? reported ? "see its report" : ""
                        : outcomes.isEmpty() ? Messages.nobody(Mode.of(night.mode())) : Messages.customers(outcomes));
    }

    private record Legend(String tone, String word, String count) {}

    private static List<Legend> legend(List<Line> nights) {
        Map<String, List<Line>> byWord = new LinkedHashMap<>();
        nights.forEach(night ->
                byWord.computeIfAbsent(night.word(), word -> new ArrayList<>()).add(night));
        return byWord.values().stream()
                .sorted((a, b) -> Integer.compare(b.size(), a.size()))
                .map(alike -> new Legend(alike.get(0).tone(), alike.get(0).word(), PageText.number(alike.size())))
                .toList();
    }

    private record Due(String month, String count, long width) {}

    private static List<Due> due(Map<String, Long> months) {
        long most = months.values().stream().mapToLong(Long::longValue).max().orElse(1);
        return months.entrySet().stream()
                .map(month -> new Due(
                        month(month.getKey()),
                        PageText.number(month.getValue()),
                        Math.max(1, BAR * month.getValue() / most)))
                .toList();
    }

    private static String month(String yearAndMonth) {
        try {
            return MONTH.format(YearMonth.parse(yearAndMonth));
        } catch (DateTimeParseException farAway) {
            return yearAndMonth;
        }
    }

    private record Waits(
            String name, String id, @Nullable String report, String since, String days, String what, String until) {}

    private Waits waits(CaseList.Row row, @Nullable String newest, Instant now) {
        Instant since = Objects.requireNonNull(row.since());
        String hold = row.hold();
        String id = row.customerId().toString();
        String what = hold != null
                ? HoldTexts.of(hold).label()
                : row.state().equals(CaseState.REMOVED.name()) ? "Removed, effects still to be confirmed" : row.state();
        long days = Math.max(0, Duration.between(since, now).toDays());
        return new Waits(
                row.name().isEmpty() ? id : PageText.line(row.name()),
                id,
                newest == null ? null : newest + "/" + PagePart.FILE + "#c-" + id,
                DATE.format(since.atZone(zone)),
                PageText.count(days, "day", "days"),
                what,
                Objects.requireNonNullElse(row.until(), ""));
    }
}

package dev.offboarding.report;

import dev.offboarding.cases.OpenCases;
import dev.offboarding.kit.RegularFile;
import dev.offboarding.report.verify.ReportVerifier;
import dev.offboarding.report.verify.VerifiedReport;
import dev.offboarding.runs.CutBacks;
import dev.offboarding.runs.CutBacks.Due;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Cuts reports whose time is over back to their manifests. A manifest that is left keeps the chain without a gap, and the manifest of the
 * run that did it says so: without that, a report of which only the manifest is there was taken away by somebody else.
 *
 * <p>Only what is in order, and is the report that was written, is cut back: what was tampered with is kept for whoever finds out why. And
 * nothing is that shows a customer whose case is still open.
 */
public final class Retention {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    /** In one run; the next one goes on. Each is checked first, which takes its time. */
    private static final int MOST = 100;

    private static final int MOST_NAMED = 5;

    /** Of a list of customers: those of a million are half as many. What is larger is not the program's. */
    private static final long MOST_BYTES = 1L << 30;

    static final int WINDOW = 1 << 16;

    private static final int LENGTH_OF_AN_ID = 36;

    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private final JdbcTemplate jdbc;
    private final Path reports;
    private final String job;

    /** @param reports the folder that has a folder for each job */
    public Retention(JdbcTemplate jdbc, Path reports, String job) {
        this.jdbc = jdbc;
        this.reports = reports;
        this.job = job;
    }

    /**
     * What is to be cut back.
     *
     * @param notes for people, one sentence each
     */
    public record Decision(List<Due> reports, List<String> notes) {}

    /** Decides, and touches nothing. */
    public Decision decide(Instant before) {
        List<Due> old = new CutBacks(jdbc).due(job, before);
        Set<UUID> open = old.isEmpty() ? Set.of() : OpenCases.customers(jdbc);
        List<Due> cut = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (Due report : old) {
            Path folder = ReportFolder.of(reports, job, report.runId());
            // one that was moved away is where its owner wants it
            if (cut.size() == MOST || !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            Shown shown = shown(folder, open);
            if (shown == Shown.OPEN) {
                continue;
            }
            if ((shown == Shown.NONE || isOnlyManifest(folder, report)) && isAsWritten(folder, report)) {
                cut.add(report);
            } else {
                wrong.add(report.runId());
            }
        }
        return new Decision(List.copyOf(cut), notes(cut, wrong));
    }

    private static List<String> notes(List<Due> cut, List<String> wrong) {
        List<String> notes = new ArrayList<>();
        if (cut.size() == 1) {
            notes.add("retention: after this run 1 report is to be cut back to its manifest, that of run "
                    + cut.get(0).runId());
        } else if (!cut.isEmpty()) {
            notes.add(
                    "retention: after this run %d reports are to be cut back to their manifests, those of run %s to run %s"
                            .formatted(
                                    cut.size(),
                                    cut.get(0).runId(),
                                    cut.get(cut.size() - 1).runId()));
        }
        if (!wrong.isEmpty()) {
            notes.add("retention: %s, or not as %s written: %s. Run verify-report, and find out why"
                    .formatted(
                            wrong.size() == 1
                                    ? "1 report is kept although it is old enough, because it is not in order"
                                    : wrong.size()
                                            + " reports are kept although they are old enough, because they are not in order",
                            wrong.size() == 1 ? "it was" : "they were",
                            named(wrong)));
        }
        return notes;
    }

    private static String named(List<String> runs) {
        return String.join(", ", runs.subList(0, Math.min(runs.size(), MOST_NAMED)))
                + (runs.size() > MOST_NAMED ? ", …" : "");
    }

    /** Whether it is in order, or what a deletion has left of it is, and is the one whose hash is on record. */
    private boolean isAsWritten(Path folder, Due report) {
        VerifiedReport verified = new ReportVerifier(null).verify(folder);
        VerifiedReport.Link link = verified.inOrder() ? verified.link() : report.begun() ? verified.rest() : null;
        return link != null
                && link.manifestHash().equals(report.manifestSha256())
                && link.job().equals(job)
                && link.runId().equals(report.runId());
    }

    private enum Shown {
        OPEN,
        NONE,
        UNKNOWN
    }

    /** Whether one of them is in it, however: an id in a company's name is one too many, and does no harm. */
    private static Shown shown(Path folder, Set<UUID> customers) {
        try {
            return shows(folder, customers) ? Shown.OPEN : Shown.NONE;
        } catch (IOException e) {
            return Shown.UNKNOWN;
        }
    }

    /** One whose list of customers is gone is only to be believed if that was the last to go. */
    private static boolean isOnlyManifest(Path folder, Due report) {
        try (Stream<Path> files = Files.list(folder)) {
            return report.begun() && files.allMatch(file -> file.endsWith(Manifest.FILE));
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    static boolean shows(Path folder, Set<UUID> customers) throws IOException {
        try (Reader rows = new InputStreamReader(
                RegularFile.open(folder.resolve(CustomersPart.FILE), MOST_BYTES), StandardCharsets.UTF_8)) {
            // whoever has filled the folder may have put all of it into one line
            char[] window = new char[WINDOW];
            int kept = 0;
            for (int read = rows.read(window, 0, WINDOW); read >= 0; read = rows.read(window, kept, WINDOW - kept)) {
                int filled = kept + read;
                Matcher ids = ID.matcher(CharBuffer.wrap(window, 0, filled));
                while (ids.find()) {
                    if (customers.contains(UUID.fromString(ids.group()))) {
                        return true;
                    }
                }
                // an id may begin in one window and end in the next
                kept = Math.min(filled, LENGTH_OF_AN_ID - 1);
                System.arraycopy(window, filled - kept, window, 0, kept);
            }
            return false;
        }
    }

    /**
     * Does it, once the report that says so is there. One that cannot be cut back keeps none of the others.
     *
     * @return what could not be done, in one sentence; null if all was
     */
    public @Nullable String carryOut(List<Due> reportsToCut, Clock clock) {
        List<String> failed = new ArrayList<>();
        String why = null;
        for (Due report : reportsToCut) {
            String problem = carryOut(report, clock);
            if (problem != null) {
                failed.add(report.runId());
                why = why == null ? problem : why;
            }
        }
        if (why == null) {
            return null;
        }
        return failed.size() == 1
                ? "retention: 1 report could not be cut back to its manifest, that of run %s. %s"
                        .formatted(named(failed), why)
                : "retention: %d reports could not be cut back to their manifests, those of run %s. Of the first: %s"
                        .formatted(failed.size(), named(failed), why);
    }

    private @Nullable String carryOut(Due report, Clock clock) {
        Path folder = ReportFolder.of(reports, job, report.runId());
        CutBacks recorded = new CutBacks(jdbc);
        try {
            // another job may have opened a case since it was decided
            Shown shown = shown(folder, OpenCases.customers(jdbc));
            if (shown == Shown.OPEN) {
                return "A case of one of its customers has been opened meanwhile, so it is kept until that is closed.";
            }
            if (shown == Shown.UNKNOWN && !isOnlyManifest(folder, report)) {
                return "Its customers.csv cannot be read any more.";
            }
            ReportCut.cut(folder, report.manifestSha256(), () -> recorded.begun(report.runId(), clock.instant()));
            recorded.done(report.runId(), clock.instant());
            return null;
        } catch (ReportCut.OtherException e) {
            return "Nothing of it was deleted, because %s: %s. Run verify-report, and find out why"
                    .formatted(e.getReason(), folder);
        } catch (IOException e) {
            return EvidenceException.because("It could not be deleted", folder, e)
                    .getMessage();
        } catch (RuntimeException e) {
            LOG.error("the report of run {} could not be cut back", report.runId(), e);
            return e instanceof DataAccessException
                    ? "That it is could not be written down."
                    : e.getClass().getSimpleName();
        }
    }
}

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
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Cuts reports whose time is over back to their manifests. A manifest that is left keeps the chain without a gap, and the manifest of the
 * run that did it says so: without that, a report of which only the manifest is there was taken away by somebody else.
 *
 * <p>Only what is in order, and is the report that was written, is cut back: what was tampered with is kept for whoever finds out why. And
 * nothing is that shows a customer whose case is still open.
 */
public final class Retention {

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
            if (!shows(folder, open)) {
                if (isAsWritten(folder, report)) {
                    cut.add(report);
                } else {
                    wrong.add(report.runId());
                }
            }
        }
        return new Decision(List.copyOf(cut), notes(cut, wrong));
    }

    private static List<String> notes(List<Due> cut, List<String> wrong) {
        List<String> notes = new ArrayList<>();
        if (!cut.isEmpty()) {
            notes.add("retention: after this run %s cut back to %s, from run %s to run %s"
                    .formatted(
                            cut.size() == 1 ? "1 report is" : cut.size() + " reports are",
                            cut.size() == 1 ? "its manifest" : "their manifests",
                            cut.get(0).runId(),
                            cut.get(cut.size() - 1).runId()));
        }
        if (!wrong.isEmpty()) {
            notes.add(
                    "retention: %s kept although old enough, for it is not in order, or not as it was written: %s%s. Run verify-report, and find out why"
                            .formatted(
                                    wrong.size() == 1 ? "1 report is" : wrong.size() + " reports are",
                                    String.join(", ", wrong.subList(0, Math.min(wrong.size(), MOST_NAMED))),
                                    wrong.size() > MOST_NAMED ? ", …" : ""));
        }
        return notes;
    }

    /** Whether it is in order, or what is left of it is, and is the one whose hash is on record. */
    private boolean isAsWritten(Path folder, Due report) {
        VerifiedReport verified = new ReportVerifier(null).verify(folder);
        VerifiedReport.Link link = verified.inOrder() ? verified.link() : report.begun() ? verified.rest() : null;
        return link != null
                && link.manifestHash().equals(report.manifestSha256())
                && link.job().equals(job)
                && link.runId().equals(report.runId());
    }

    /** Whether one of them is in it, however: an id in a company's name is one too many, and does no harm. One that cannot be read is kept. */
    static boolean shows(Path folder, Set<UUID> customers) {
        if (customers.isEmpty()) {
            return false;
        }
        try (Reader rows = new InputStreamReader(
                RegularFile.open(folder.resolve("customers.csv"), MOST_BYTES), StandardCharsets.UTF_8)) {
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
        } catch (IOException e) {
            // it is not in order, and that is said
            return false;
        }
    }

    /**
     * Does it, once the report that says so is there.
     *
     * @return what could not be done, in one sentence; null if all was
     */
    public @Nullable String carryOut(List<Due> reportsToCut, Instant now) {
        CutBacks recorded = new CutBacks(jdbc);
        for (Due report : reportsToCut) {
            Path folder = ReportFolder.of(reports, job, report.runId());
            try {
                ReportCut.cut(folder, report.manifestSha256());
            } catch (IOException e) {
                return EvidenceException.because("A report could not be cut back to its manifest", folder, e)
                        .getMessage();
            }
            recorded.done(report.runId(), now);
        }
        return null;
    }
}

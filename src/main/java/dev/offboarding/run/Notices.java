package dev.offboarding.run;

import dev.offboarding.jobfile.JobFile;
import dev.offboarding.notice.Heartbeat;
import dev.offboarding.notice.NotReached;
import dev.offboarding.notice.Notice;
import dev.offboarding.notice.Notice.Paragraph;
import dev.offboarding.notice.NoticeSettings;
import dev.offboarding.notice.NoticeSettings.When;
import dev.offboarding.notice.Notifier;
import dev.offboarding.notice.WebhookUrl;
import dev.offboarding.report.ReportFolder;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Failure;
import dev.offboarding.runs.Messages;
import dev.offboarding.runs.Mode;
import dev.offboarding.runs.Stop;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies people of how a run ended: right before its report is written, so that the report can say who could not be notified; and after
 * it where the run ended otherwise after all, or could not begin. A plan notifies nobody, unless it is the preview of a run to come. Nothing
 * that goes wrong here fails a run.
 */
final class Notices {

    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Whoever stops the program gives it 30 s for everything, the report above all. */
    private static final Duration PATIENCE_WHEN_STOPPING = Duration.ofSeconds(5);

    private static final DateTimeFormatter DUE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm xxx", Locale.ROOT);

    private static final String TAKE_BACK =
            "What should not happen can be kept from it until then: take its file out of the inbox, or, where its case is open, pause or withdraw it.";

    private final JobFile jobFile;
    private final Mode mode;
    private final Clock clock;
    private final boolean anyone;
    private final boolean nightsWereMissed;
    private final @Nullable Instant previewOf;
    private final List<NotReached> failures = new ArrayList<>();
    private @Nullable ExitCode notified;

    /** @param nightsWereMissed whether the run is to report others that did not take place */
    Notices(JobFile jobFile, Mode mode, Clock clock, boolean nightsWereMissed) {
        this(jobFile, mode, clock, nightsWereMissed, null);
    }

    /** @param due when the run begins that the plan is of */
    static Notices ofPreview(JobFile jobFile, Clock clock, Instant due) {
        return new Notices(jobFile, Mode.PLAN, clock, false, due);
    }

    private Notices(JobFile jobFile, Mode mode, Clock clock, boolean nightsWereMissed, @Nullable Instant previewOf) {
        NoticeSettings settings = jobFile.notice();
        this.jobFile = jobFile;
        this.mode = mode;
        this.clock = clock;
        this.nightsWereMissed = nightsWereMissed;
        this.previewOf = previewOf;
        // the person who asked for a plan is sitting in front of it
        this.anyone = (mode != Mode.PLAN || previewOf != null) && settings.reachesSomebody();
    }

    /**
     * Notifies of a run that is about to be reported.
     *
     * @param stopRequested whether the program has been asked to stop, now or while it is at it
     * @return those who could not be notified
     */
    List<NotReached> beforeTheReport(
            String runId,
            Supplier<RunStory> story,
            ExitCode exitCode,
            @Nullable Stop stop,
            List<Failure> wrong,
            BooleanSupplier stopRequested) {
        if (!anyone) {
            return List.of();
        }
        notified = exitCode;
        RunStory it;
        try {
            it = story.get();
        } catch (RuntimeException e) {
            return List.of(unexpected(NotReached.What.NOTICE, e));
        }
        if (!isWanted(exitCode) && it.tookUp() == 0 || saysNothing(it, exitCode)) {
            return List.of();
        }
        List<Paragraph> paragraphs = new ArrayList<>();
        List<String> all = wrong.stream().map(Failure::message).toList();
        paragraphs.add(troubles(stop == null ? null : stop.message(), all));
        paragraphs.add(some(
                readsAQuery()
                        ? "Refused: nothing of the query's result is accepted"
                        : "Refused files: nothing in them is accepted",
                it.refusedFiles(),
                it.filesRefused()));
        paragraphs.add(some("Somebody has to look at", it.toBeLookedAt(), it.toBeLookedAtCount()));
        paragraphs.add(some("Failed, or re-established", it.failed(), it.failedCount()));
        paragraphs.add(
                some("Withdrawn, closed or paused by somebody", it.onSomebodysWord(), it.onSomebodysWordCount()));
        if (previewOf != null) {
            paragraphs.add(some("Planned", it.planned(), it.plannedCount()));
        }
        paragraphs.add(totals(it, exitCode));
        List<String> notes = it.notes();
        paragraphs.add(some("Good to know", notes.subList(0, Math.min(notes.size(), RunStory.EXAMPLES)), notes.size()));
        Path report = ReportFolder.of(jobFile.reports(), jobFile.job(), runId);
        if (previewOf != null && !it.writes().isEmpty()) {
            paragraphs.add(new Paragraph("", List.of(TAKE_BACK)));
        }
        paragraphs.add(where(runId, "Report: " + report.toAbsolutePath()));
        return send(headline(exitCode, Messages.planned(it.writes()), it.outcomes()), paragraphs, runId, stopRequested);
    }

    /** Notifies of a run that is over, unless that was done already; what it returns says who could not be notified. */
    RunResult afterwards(RunResult result, BooleanSupplier stopRequested) {
        if (result.exitCode() != notified && isWanted(result.exitCode())) {
            notified = result.exitCode();
            List<Paragraph> paragraphs = new ArrayList<>();
            paragraphs.add(troubles(result.stopped(), result.failures()));
            String runId = result.runId();
            paragraphs.add(where(
                    runId,
                    runId == null
                            ? "The %s did not begin.".formatted(mode.text())
                            : "There is no report of this %s.".formatted(mode.text())));
            send(headline(result.exitCode(), "", null), paragraphs, null, stopRequested);
        }
        return result.withNotReached(failures);
    }

    /**
     * Gives a sign of life, if somebody watches for one: of a run that has begun, however it ended. One that could not begin gives none, and
     * neither does one that only found another under way: their silence is what is watched for.
     */
    RunResult heartbeat(RunResult result, BooleanSupplier stopRequested) {
        WebhookUrl url = jobFile.notice().heartbeat();
        if (url == null || mode != Mode.RUN || result.runId() == null) {
            return result;
        }
        try {
            failures.addAll(
                    new Heartbeat(url, result.exitCode().code()).send(PATIENCE, PATIENCE_WHEN_STOPPING, stopRequested));
        } catch (RuntimeException e) {
            unexpected(NotReached.What.SIGN_OF_LIFE, e);
        }
        return result.withNotReached(failures);
    }

    private boolean isWanted(ExitCode exitCode) {
        if (previewOf != null) {
            // a run has taken its place, or somebody has ended the schedule
            return anyone && exitCode != ExitCode.ALREADY_RUNNING && exitCode != ExitCode.STOPPED_EARLY;
        }
        return anyone
                && (exitCode != ExitCode.OK
                        || nightsWereMissed
                        || jobFile.notice().when() == When.ALWAYS);
    }

    private boolean readsAQuery() {
        return jobFile.list().database() != null;
    }

    /** Whether it is the preview of a night in which nothing is to be done, and nobody wants to know of such. */
    private boolean saysNothing(RunStory story, ExitCode exitCode) {
        return previewOf != null
                && exitCode == ExitCode.OK
                && story.writes().isEmpty()
                && jobFile.notice().when() == When.ATTENTION;
    }

    /**
     * The first line.
     *
     * @param planned what a plan would write, in words; empty if that is not known
     * @param outcomes customers by outcome; null if that is not known
     */
    private String headline(ExitCode exitCode, String planned, @Nullable Map<String, Long> outcomes) {
        String ending = "exit code %d, %s".formatted(exitCode.code(), Messages.exitCode(exitCode, mode, outcomes));
        if (previewOf == null) {
            return "Offboarding, %s %s: %s".formatted(mode.text(), jobFile.job(), ending);
        }
        String what =
                planned.isEmpty() ? ending : "planned: " + planned + (exitCode == ExitCode.OK ? "" : "; " + ending);
        return "Offboarding, preview %s for %s: %s"
                .formatted(jobFile.job(), DUE.format(previewOf.atZone(jobFile.zone())), what);
    }

    private List<NotReached> send(
            String headline, List<Paragraph> paragraphs, @Nullable String runId, BooleanSupplier stopRequested) {
        try {
            Notice notice = new Notice(
                    headline,
                    paragraphs.stream()
                            .filter(paragraph -> !paragraph.lines().isEmpty())
                            .toList(),
                    runId == null ? null : jobFile.report().page(jobFile.job(), runId));
            List<NotReached> failed =
                    new Notifier(jobFile.notice(), clock).send(notice, PATIENCE, PATIENCE_WHEN_STOPPING, stopRequested);
            failures.addAll(failed);
            return failed;
        } catch (RuntimeException e) {
            return List.of(unexpected(NotReached.What.NOTICE, e));
        }
    }

    /** Should never happen, and is not a reason to fail a run. */
    private NotReached unexpected(NotReached.What what, RuntimeException e) {
        LOG.error("a notice failed unexpectedly", e);
        NotReached failure = new NotReached(
                what, "everyone", "unexpected " + e.getClass().getSimpleName() + "; the log file says where");
        failures.add(failure);
        return failure;
    }

    private static Paragraph troubles(@Nullable String stopped, List<String> wrong) {
        List<String> lines = new ArrayList<>();
        if (stopped != null) {
            lines.addAll(Notice.lines("Stopped: " + stopped));
        }
        wrong.stream().limit(RunStory.EXAMPLES).map(Notice::lines).forEach(lines::addAll);
        return rest("What went wrong", lines, wrong.size() - RunStory.EXAMPLES);
    }

    private static Paragraph some(String heading, List<String> examples, long count) {
        return rest(heading, new ArrayList<>(examples), count - examples.size());
    }

    private static Paragraph rest(String heading, List<String> lines, long more) {
        if (more > 0) {
            lines.add("… and %d more".formatted(more));
        }
        return new Paragraph(heading, lines);
    }

    private Paragraph totals(RunStory story, ExitCode exitCode) {
        List<String> lines = new ArrayList<>();
        story.outcomes().forEach((outcome, count) -> lines.add(count + " " + Messages.outcome(outcome, count)));
        story.waiting().forEach((reason, count) -> lines.add("%d of them waiting: %s".formatted(count, reason)));
        if (story.rowsSetAside() > 0 || story.filesRefused() > 0) {
            lines.add(Messages.countSetAside(story.rowsSetAside(), story.filesRefused()) + " "
                    + Messages.setAside(story.rowsSetAside(), story.filesRefused(), readsAQuery()));
        }
        if (lines.isEmpty()) {
            lines.add(Messages.noCases(mode, exitCode, story.filesRefused()));
        }
        return new Paragraph("Customers", lines);
    }

    private static Paragraph where(@Nullable String runId, String report) {
        List<String> lines = new ArrayList<>();
        if (runId != null) {
            lines.add("Run: %s on %s".formatted(runId, RunFacts.host()));
        } else {
            lines.add("On " + RunFacts.host());
        }
        lines.add(report);
        return new Paragraph("", lines);
    }
}

package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.notice.MailServer;
import dev.offboarding.notice.NotReached;
import dev.offboarding.notice.Receiver;
import dev.offboarding.run.OffboardingRun;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.TestRuns;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import dev.offboarding.runs.RunHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import tools.jackson.databind.JsonNode;

/** Nights after which people are notified, or are not. */
@Execution(ExecutionMode.CONCURRENT)
class NoticeNightsTest {

    private final Scene scene = Scene.set();
    private final Receiver receiver = new Receiver();

    NoticeNightsTest() {
        scene.with("notify.webhook.url", receiver.url()).with("notify.webhook.format", "slack");
    }

    @AfterEach
    void close() {
        receiver.close();
        scene.close();
    }

    /** All that was said in one call, one line each. */
    private static List<String> told(Receiver.Call call) {
        return call.json()
                .get("blocks")
                .valueStream()
                .flatMap(block -> block.at("/text/text").asString().lines())
                .toList();
    }

    private static List<String> notes(Scene.Report report) {
        return report.json().get("notes").valueStream().map(JsonNode::asString).toList();
    }

    @Test
    void aNightThatNeedsNoOneNotifiesNoOneUnlessThatIsWantedAlways() {
        scene.customers(1, 3).listed(1);
        scene.subscription(1, "license", "active");

        scene.runs(ExitCode.OK);
        assertThat(receiver.calls()).isEmpty();

        Scene.Report report = scene.with("notify.when", "always").runs(ExitCode.OK);
        assertThat(receiver.calls()).hasSize(1);
        assertThat(told(receiver.calls().get(0)))
                .startsWith("Offboarding, run nightly: exit code 0, every case that could go on ended as planned")
                .contains("No open cases: there was nothing to do.")
                .endsWith("Report: " + report.folder().toAbsolutePath());
        assertThat(notes(report)).isEmpty();
    }

    @Test
    void whoPlannedAndApprovedAndWhyIsSaidAndWhatWaitsForAnApproval() {
        scene.customers(1, 4).with("approval", "required").listed(1);
        assertThat(scene.run().exitCode()).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        assertThat(told(receiver.calls().get(0)))
                .anySatisfy(line -> assertThat(line).contains("the job file asks for an approval of plan"))
                .anySatisfy(line -> assertThat(line).contains("is kept for whoever may approve it"));
        scene.adaApproves(scene.jdbc()
                .sql("select plan_id from offboarding.saved_plan")
                .query(String.class)
                .single());
        scene.listed(2).runs(ExitCode.NEEDS_ATTENTION);

        assertThat(told(receiver.calls().get(1)))
                .anySatisfy(line -> assertThat(line)
                        .contains("was approved by Ada (a claim of the user", "looked at it", "made by"))
                .anySatisfy(line -> assertThat(line).contains("1 planned customer waits for an approval of plan"));
    }

    @Test
    void aNightThatNeedsSomebodySaysWhoIsToBeLookedAtAndWhatWaits() {
        scene.customers(1, 4);
        scene.subscription(2, "marketplace", "active");
        scene.subscription(3, "license", "zzz");
        scene.inboxFile(
                "a.csv",
                "customer_id,domain,company_name\n%s,customer-1.example,\n%s,customer-2.example,\n%s,customer-3.example,Customer 3\nx,y,\n"
                        .formatted(Scene.id(1), Scene.id(2), Scene.id(3)));

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(told(receiver.calls().get(0)))
                .startsWith(
                        "Offboarding, run nightly: exit code 4, finished, but something needs attention: see the report",
                        "Somebody has to look at")
                .anySatisfy(
                        line -> assertThat(line).startsWith("UNKNOWN_STATUS %s (Customer 3): ".formatted(Scene.id(3))))
                .containsSubsequence(
                        "Customers",
                        "2 held",
                        "1 offboarded: suspended, removed, and seen to be gone",
                        "1 of them waiting: MARKETPLACE",
                        "1 row of the list was set aside",
                        "Report: " + report.folder().toAbsolutePath());
    }

    @Test
    void whoAskedForACustomerThatSomebodyHasToLookAtIsSaid() {
        scene.customers(1, 4);
        scene.subscription(1, "license", "zzz");
        scene.subscription(2, "license", "zzz");
        scene.inboxFile(
                "a.csv",
                "customer_id,domain,requested_by,ticket,reason\n%s,customer-1.example,Jane,T-7,does not pay\n%s,customer-2.example,,,\n"
                        .formatted(Scene.id(1), Scene.id(2)));

        scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(told(receiver.calls().get(0)))
                .anySatisfy(line -> assertThat(line)
                        .startsWith(
                                "UNKNOWN_STATUS %s (customer-1.example) [requested by Jane, ticket T-7, reason: does not pay]: "
                                        .formatted(Scene.id(1))))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("UNKNOWN_STATUS %s".formatted(Scene.id(2)))
                        .doesNotContain("["));
    }

    @Test
    void aNightAfterNightsThatWereMissedIsReportedHoweverWellItEnds() {
        scene.customers(1, 3).listed(1);
        String missed = "missed: 3 runs did not take place";

        RunResult result = TestRuns.of(
                        scene.read(),
                        Mode.RUN,
                        scene.folder().resolve(".offboarding"),
                        scene.clock,
                        Progress.NONE,
                        List.of(missed),
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO)
                .start();

        assertThat(result.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(receiver.calls()).hasSize(1);
        assertThat(told(receiver.calls().get(0))).containsSubsequence("Good to know", missed);
    }

    @Test
    void aFileThatIsRefusedIsNamedAndWhyIsSaid() {
        scene.customers(1, 2).inboxFile("november.csv", "Customers to go\n\ncustomer_id;domain\n1;2\n");

        scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(told(receiver.calls().get(0)))
                .containsSubsequence("Refused files: nothing in them is accepted")
                .anySatisfy(line -> assertThat(line)
                        .contains("november.csv: there is no column customer_id", "seem to be in line 3"));
    }

    /** Four eyes see it, whoever typed it: what was withdrawn, in the run that puts it back, and what is paused. */
    @Test
    void whoWithdrewAndWhoPausedAndWhyIsSaid() {
        scene.customers(1, 4)
                .with("grace-period", "3d")
                .with("notify.when", "always")
                .listed(1, 2);
        scene.subscription(1, "license", "active");
        scene.runs(ExitCode.OK);
        scene.asks(InterventionKind.WITHDRAW, 1, "they stay");
        scene.asks(InterventionKind.PAUSE, 2, "an audit");

        assertThat(scene.carriesOut().exitCode()).isEqualTo(ExitCode.OK);
        scene.runs(ExitCode.OK);

        assertThat(receiver.calls()).hasSize(3);
        assertThat(told(receiver.calls().get(1)))
                .first(as(STRING))
                .startsWith("Offboarding, withdraw nightly: exit code 0");
        assertThat(told(receiver.calls().get(1)))
                .anySatisfy(
                        line -> assertThat(line).contains("WITHDRAWN " + Scene.id(1), "withdrawn by Ada", "they stay"));
        assertThat(told(receiver.calls().get(2)))
                .anySatisfy(line -> assertThat(line).contains("PAUSED " + Scene.id(2), "paused by Ada", "an audit"));
    }

    @Test
    void aPlanTellsNobody() {
        scene.customers(1, 2).with("notify.when", "always").inboxFile("a.csv", "customer_id\nx\n");

        assertThat(scene.plan().exitCode()).isEqualTo(ExitCode.NEEDS_ATTENTION);
        assertThat(receiver.calls()).isEmpty();
    }

    @Test
    void aNoticeThatFailsFailsNoRunAndIsInItsReport() {
        scene.customers(1, 2).with("notify.when", "always").listed(1);
        receiver.answers(Receiver.status(404, "no_service"));

        RunResult result = scene.run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(result.notReached())
                .extracting(NotReached::toString)
                .containsExactly("notice not sent: webhook at 127.0.0.1: answered 404 (no_service)");
        Scene.Report report = Scene.report(result);
        assertThat(notes(report)).containsExactly("notice not sent: webhook at 127.0.0.1: answered 404 (no_service)");
        assertThat(report.text("report.json") + report.text("manifest.json") + report.text("events.jsonl"))
                .doesNotContain(Receiver.SECRET);
    }

    @Test
    void aRunThatCannotBeginTellsWhy() {
        scene.with("protected-customers", scene.folder().resolve("gone.csv").toString());

        assertThat(scene.run().exitCode()).isEqualTo(ExitCode.WRONG_USAGE);

        assertThat(told(receiver.calls().get(0)))
                .startsWith(
                        "Offboarding, run nightly: exit code 2, wrong usage or configuration; nothing was touched",
                        "What went wrong")
                .anySatisfy(line -> assertThat(line).contains("gone.csv"))
                .endsWith("The run did not begin.");
    }

    @Test
    void aListThatCannotBeReadIsReportedOnce() {
        scene.customers(1, 2).listedBy("select nothing from nowhere");

        assertThat(scene.run().exitCode()).isEqualTo(ExitCode.WRONG_USAGE);

        assertThat(receiver.calls()).hasSize(1);
        assertThat(told(receiver.calls().get(0)))
                .anySatisfy(line -> assertThat(line).contains("list.database.query"))
                .endsWith("There is no report of this run.");
    }

    @Test
    void aDatabaseThatIsGoneIsReported() throws IOException {
        Path jobFile = scene.jobFile();
        Files.writeString(
                jobFile,
                Files.readString(jobFile)
                        .replaceAll(
                                "spring.datasource.url:.*",
                                "spring.datasource.url: jdbc:postgresql://127.0.0.1:1/nowhere?password=correct-horse"));

        RunResult result = scene.loadedFrom(jobFile).start();

        assertThat(result.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(told(receiver.calls().get(0)))
                .startsWith(
                        "Offboarding, run nightly: exit code 7, the platform, its sign-in or a database could not be used; the next run continues")
                .anySatisfy(line -> assertThat(line).contains("the job's own database could not be used"))
                .noneSatisfy(line -> assertThat(line).contains("correct-horse"));
    }

    /** The outcome was notified before the report, and then it was not true any more. */
    @Test
    void aReportThatCannotBeWrittenIsReportedToo() {
        scene.customers(1, 2).with("notify.when", "always").listed(1);
        Path reports = scene.folder().resolve("reports/nightly");
        receiver.answers(exchange -> {
            // the folder is there when the run begins, and is gone when its report is to be written
            if (receiver.calls().size() == 1) {
                org.springframework.util.FileSystemUtils.deleteRecursively(reports);
                Files.writeString(reports, "in the way");
            }
            Receiver.status(200, "ok").to(exchange);
        });

        RunResult result = scene.run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.EVIDENCE_BROKEN);
        assertThat(receiver.calls())
                .extracting(call -> told(call).get(0))
                .containsExactly(
                        "Offboarding, run nightly: exit code 0, every case that could go on ended as planned",
                        "Offboarding, run nightly: exit code 8, the evidence could not be written, or is not in order");
        assertThat(told(receiver.calls().get(1))).endsWith("There is no report of this run.");
    }

    /** Whoever ends the program gives it half a minute for everything. */
    @ParameterizedTest
    @CsvSource({"1000, OK", "0, STOPPED_BY_LIMIT"})
    void aNoticeThatIsUnderWayWhenTheProgramIsAskedToStopIsGivenUpSoonAndChangesNothing(
            String customers, ExitCode exitCode) throws Exception {
        scene.customers(1, 2)
                .with("notify.when", "always")
                .with("limits.max-customers", customers)
                .listed(1);
        CountDownLatch answered = new CountDownLatch(1);
        receiver.answers(exchange -> answered.await());
        OffboardingRun run = scene.loaded();
        CompletableFuture<RunResult> running =
                CompletableFuture.supplyAsync(run::start, new SimpleAsyncTaskExecutor("a run"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> !receiver.calls().isEmpty());
        long told = System.nanoTime();
        run.stop();

        RunResult result = running.get(60, TimeUnit.SECONDS);

        answered.countDown();
        assertThat(Duration.ofNanos(System.nanoTime() - told)).isLessThan(Duration.ofSeconds(20));
        assertThat(result.notReached())
                .singleElement()
                .extracting(NotReached::whom)
                .isEqualTo("webhook at 127.0.0.1");
        assertThat(result.exitCode()).isEqualTo(exitCode);
        // it had finished before it was asked
        if (exitCode == ExitCode.OK) {
            assertThat(result.stopped()).isNull();
        } else {
            assertThat(result.stopped()).contains("limit");
        }
    }

    @Test
    void aNoticeLeadsToTheReportWherePeopleFindItInABrowser() {
        scene.customers(1, 2)
                .with("notify.when", "always")
                .with("report.url-prefix", "https://files.example.com/reports/")
                .listed(1);

        Scene.Report report = scene.runs(ExitCode.OK);

        assertThat(told(receiver.calls().get(0)))
                .endsWith("<https://files.example.com/reports/nightly/%s/report.html|Open the report>"
                        .formatted(report.folder().getFileName()));
    }

    @Test
    void aMailGoesToThoseWhoReadMail() throws Exception {
        try (MailServer server = new MailServer()) {
            scene.customers(1, 2)
                    .without("notify.webhook.url")
                    .without("notify.webhook.format")
                    .with("notify.when", "always")
                    .with("notify.mail.host", "localhost")
                    .with("notify.mail.port", String.valueOf(server.port()))
                    .with("notify.mail.security", "none")
                    .with("notify.mail.from", "offboarding@example.com")
                    .with("notify.mail.to", "ops@example.com, boss@example.com")
                    .with("report.url-prefix", "https://files.example.com/reports")
                    .listed(1);

            Scene.Report report = scene.runs(ExitCode.OK);

            assertThat(notes(report)).isEmpty();
            assertThat(server.mail().getReceivedMessages()).hasSize(2);
            assertThat(server.mail().getReceivedMessages()[0].getSubject())
                    .startsWith("Offboarding, run nightly: exit code 0");
            assertThat(server.mail().getReceivedMessages()[0].getContent().toString())
                    .contains("1 offboarded")
                    .contains("Report: " + report.folder().toAbsolutePath())
                    .contains("Open the report: https://files.example.com/reports/nightly/"
                            + report.folder().getFileName() + "/report.html");
        }
    }

    // ---- the plan of the coming night

    private RunResult previews(Instant due) {
        return scene.planned().previewing(due).start();
    }

    @Test
    void aPreviewSaysWhatTheComingNightWouldDoByTheDatesOfThatNight() {
        scene.customers(1, 4);
        scene.subscription(1, "license", "active");
        scene.subscription(3, "license", "active");
        LocalDate today = LocalDate.ofInstant(Scene.TONIGHT, ZoneOffset.UTC);
        scene.inboxFile(
                "a.csv",
                "customer_id,domain,effective_date,requested_by\n%s,customer-1.example,%s,Jane\n%s,customer-3.example,%s,\n"
                        .formatted(Scene.id(1), today.plusDays(1), Scene.id(3), today.plusDays(2)));

        RunResult result = previews(Scene.TONIGHT.plus(Duration.ofDays(1)));

        assertThat(result.exitCode()).isEqualTo(ExitCode.OK);
        Scene.Report report = Scene.report(result);
        assertThat(report.json().get("mode").asString()).isEqualTo("plan");
        assertThat(report.outcome(1)).isEqualTo("PLANNED");
        assertThat(report.hold(3)).isEqualTo("NOT_DUE");
        assertThat(told(receiver.calls().get(0)))
                .startsWith(
                        "Offboarding, preview nightly for 2026-03-11 03:30 +01:00: planned: 1 subscription suspended, 1 relationship removed",
                        "Planned",
                        "%s (customer-1.example) [requested by Jane]".formatted(Scene.id(1)),
                        "Customers")
                .contains("1 planned", "1 held")
                .anySatisfy(line -> assertThat(line).contains("take its file out of the inbox"))
                .endsWith("Report: " + report.folder().toAbsolutePath());
        assertThat(scene.inboxFiles()).contains("a.csv");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
    }

    @Test
    void aPreviewThatIsStoppedByALimitNamesThePlanThatSomebodyMayApproveBeforeTheNight() {
        scene.customers(1, 3).with("limits.max-customers", "0").listed(1);

        RunResult result = previews(Scene.TONIGHT.plus(Duration.ofHours(9)));

        assertThat(result.exitCode()).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        assertThat(told(receiver.calls().get(0)))
                .anySatisfy(
                        line -> assertThat(line).contains("1 relationship removed; exit code 3, stopped by a limit"))
                .anySatisfy(line -> assertThat(line).startsWith("Stopped: "))
                .anySatisfy(line -> assertThat(line).contains("is kept for whoever may approve it"))
                // whom a list alone names has no case that could be paused
                .contains(
                        "What should not happen can be kept from it until then: take its file out of the inbox, or, where its case is open, pause or withdraw it.");
    }

    /** It is all that some have: what can be done about it stands at its end. */
    @Test
    void aNightThatALimitStoppedSaysTheWaysOnToTheirEnd() {
        scene.customers(1, 4).with("limits.max-customers", "1").listed(1, 2);

        scene.runs(ExitCode.STOPPED_BY_LIMIT);

        assertThat(told(receiver.calls().get(0)))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("Stopped: max-customers: 2 customers are to be begun")
                        .endsWith("."))
                .anySatisfy(
                        line -> assertThat(line).startsWith("Of the planned customers 0 come from open cases and 2"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("The ways on: take the file away, ")
                        .endsWith("\"approve\" it with --spread or --lift max-customers"));
    }

    @Test
    void aPreviewThatCannotBeginSaysWhyWhileThereIsTimeToCorrectIt() {
        scene.with("protected-customers", scene.folder().resolve("gone.csv").toString());

        assertThat(previews(Scene.TONIGHT.plus(Duration.ofHours(9))).exitCode()).isEqualTo(ExitCode.WRONG_USAGE);

        assertThat(told(receiver.calls().get(0)))
                .startsWith(
                        "Offboarding, preview nightly for 2026-03-10 12:30 +01:00: exit code 2, wrong usage or configuration; nothing was touched")
                .endsWith("The plan did not begin.");
    }

    @Test
    void aNightInWhichNothingIsToBeDoneIsAnnouncedOnlyWhereThatIsWantedAlways() {
        scene.customers(1, 2);
        scene.subscription(1, "marketplace", "active");
        scene.listed(1);

        assertThat(previews(Scene.TONIGHT).exitCode()).isEqualTo(ExitCode.OK);
        assertThat(receiver.calls()).isEmpty();

        scene.with("notify.when", "always");
        previews(Scene.TONIGHT);
        assertThat(told(receiver.calls().get(0)))
                .anySatisfy(line -> assertThat(line).endsWith("planned: nothing to be written"))
                .noneSatisfy(line -> assertThat(line).contains("take its file out"));
    }

    @Test
    void aPreviewThatMakesRoomForTheRunIsNotSent() {
        scene.customers(1, 2).listed(1);
        OffboardingRun preview = scene.planned().previewing(Scene.TONIGHT);
        preview.stop();

        assertThat(preview.start().exitCode()).isEqualTo(ExitCode.STOPPED_EARLY);
        assertThat(receiver.calls()).isEmpty();
    }

    // ---- a sign of life

    private List<String> signs() {
        return receiver.calls().stream().map(Receiver.Call::path).toList();
    }

    private void watched(String path) {
        scene.without("notify.webhook.url")
                .without("notify.webhook.format")
                .with("notify.heartbeat", receiver.url().replaceAll("/services.*", path));
    }

    @Test
    void afterEachRunTheHeartbeatIsCalledWithTheExitCodeWhereItsAddressHasRoomForOne() {
        scene.customers(1, 3).listed(1);
        watched("/ping/" + Receiver.SECRET + "/EXIT_CODE");

        Scene.Report report = scene.runs(ExitCode.OK);
        scene.subscription(2, "license", "zzz");
        scene.listed(2).runs(ExitCode.NEEDS_ATTENTION);
        assertThat(scene.plan().exitCode()).isNotEqualTo(ExitCode.UNEXPECTED);

        assertThat(signs()).containsExactly("/ping/" + Receiver.SECRET + "/0", "/ping/" + Receiver.SECRET + "/4");
        assertThat(receiver.calls()).allSatisfy(call -> assertThat(call.body()).isEmpty());
        assertThat(report.text("report.json") + report.text("manifest.json")).doesNotContain(Receiver.SECRET);
    }

    @Test
    void aRunThatCouldNotBeginGivesNoSignOfLife() {
        watched("/ping");
        scene.with("protected-customers", scene.folder().resolve("gone.csv").toString());

        assertThat(scene.run().exitCode()).isEqualTo(ExitCode.WRONG_USAGE);

        assertThat(receiver.calls()).isEmpty();
    }

    @Test
    void aRunThatHadBegunGivesItAlsoWhereAnUnexpectedErrorEndsIt() {
        watched("/ping/EXIT_CODE");
        OffboardingRun run = scene.followed(new Progress() {
            @Override
            public void begun(String runId, RunHistory before) {
                throw new IllegalStateException("a fault of the program");
            }

            @Override
            public void step(String name, long cases) {}

            @Override
            public void advance(long cases) {}
        });

        assertThatThrownBy(run::start).isInstanceOf(IllegalStateException.class);

        assertThat(signs()).containsExactly("/ping/1");
    }

    @Test
    void aHeartbeatThatFailsChangesNothingAboutTheRunAndIsSaid() {
        scene.customers(1, 2).listed(1);
        watched("/ping/" + Receiver.SECRET);
        receiver.answers(Receiver.status(404, "(not found)"));

        RunResult result = scene.run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(result.notReached())
                .extracting(NotReached::toString)
                .containsExactly("sign of life not given: heartbeat at 127.0.0.1: answered 404");
        assertThat(Scene.report(result).outcome(1)).isEqualTo("OFFBOARDED");
    }
}

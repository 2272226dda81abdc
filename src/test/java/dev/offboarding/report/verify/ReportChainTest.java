package dev.offboarding.report.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.offboarding.run.OffboardingRun;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Each report names the one that was written before it, whatever has become of that one since. */
@Execution(ExecutionMode.CONCURRENT)
class ReportChainTest {

    private final Scene scene = Scene.set();

    @BeforeEach
    void customers() {
        scene.customers(1, 3).listed(1);
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private Path night() {
        Path report = scene.runs(ExitCode.OK).folder();
        scene.clock.pass(Duration.ofDays(1));
        return report;
    }

    /** Out of the reports folder, as ops may do each morning. */
    private Path archived(Path report) throws IOException {
        Path archive = Files.createDirectories(scene.folder().resolve("archive"));
        return Files.move(report, archive.resolve(report.getFileName()));
    }

    private static JsonNode manifest(Path report) {
        return JsonMapper.shared().readTree(report.resolve("manifest.json").toFile());
    }

    private static String ownHash(Path report) {
        return manifest(report).get("manifest_sha256").asString();
    }

    private @Nullable String recorded(Path report) {
        return scene.jdbc()
                .sql("select manifest_sha256 from offboarding.run where run_id = ?")
                .param(report.getFileName().toString())
                .query((row, n) -> row.getString(1))
                .list()
                .get(0);
    }

    private static void assertNames(Path report, Path previous) {
        JsonNode named = manifest(report).get("previous_run");
        assertThat(named.path("run_id").asString("none"))
                .isEqualTo(previous.getFileName().toString());
        assertThat(named.get("manifest_sha256").asString()).isEqualTo(ownHash(previous));
    }

    private static List<Finding> findings(Path... reports) {
        List<VerifiedReport> verified = new ArrayList<>();
        for (Path report : reports) {
            VerifiedReport one = new ReportVerifier(null).verify(report);
            assertThat(one.findings()).as("%s", report).isEmpty();
            verified.add(one);
        }
        return RunChain.of(verified).findings();
    }

    @Test
    void reportsThatAreMovedAwayEachMorningAreAChain() throws Exception {
        Path first = archived(night());
        Path second = archived(night());
        Path third = night();

        assertNames(second, first);
        assertNames(third, second);
        assertThat(manifest(third).has("previous_run_note")).isFalse();
        assertThat(findings(first, second, third)).isEmpty();
    }

    @Test
    void aReportThatIsRebuiltBeforeTheNextNightIsReportedAndFound() {
        Path first = night();
        String written = ownHash(first);
        Forgery.of(first)
                .text("report.html", html -> html + "<!-- -->")
                .sealed()
                .in(first);

        Path second = night();

        assertThat(manifest(second).get("previous_run").get("manifest_sha256").asString())
                .isEqualTo(written);
        assertThat(manifest(second).get("previous_run_note").asString())
                .isEqualTo(
                        "The report of the previous run, %s, was changed since it was written: its manifest_sha256 was %s, and %s has %s."
                                .formatted(first.getFileName(), written, first, ownHash(first)));
        assertThat(findings(first, second))
                .singleElement()
                .extracting(Finding::what)
                .isEqualTo("manifest_sha256 of the previous run " + first.getFileName());
    }

    @Test
    void soIsAChangeThatLeavesTheHashInTheManifestAsItWas() throws Exception {
        Path first = night();
        Path manifest = first.resolve("manifest.json");
        Files.writeString(
                manifest, Files.readString(manifest).replaceFirst("\"job\" : \"nightly\"", "\"job\" : \"x\""));

        assertThat(manifest(night()).get("previous_run_note").asString())
                .startsWith("The report of the previous run, " + first.getFileName() + ", was changed");
        Files.delete(manifest);
        scene.sql(
                "delete from offboarding.run where run_id > ?",
                first.getFileName().toString());
        assertThat(manifest(night()).get("previous_run_note").asString()).endsWith("has no manifest that can be read.");
        FileSystemUtils.deleteRecursively(first);
    }

    private void backUp() {
        for (String table : List.of("event", "chain_head", "run", "offboarding_case")) {
            scene.sql("create table public.backup_%s as table offboarding.%s".formatted(table, table));
        }
    }

    private void restore() {
        scene.sql("alter table offboarding.event disable trigger user");
        scene.sql("alter table offboarding.chain_head disable trigger only_forward");
        for (String table : List.of("chain_head", "event", "run", "offboarding_case")) {
            scene.sql("delete from offboarding." + table);
            scene.sql("insert into offboarding.%s %s select * from public.backup_%s"
                    .formatted(table, table.equals("offboarding_case") ? "overriding system value" : "", table));
        }
        scene.sql("alter table offboarding.event enable trigger user");
        scene.sql("alter table offboarding.chain_head enable trigger only_forward");
    }

    /** To a moment at which a run was under way. */
    private void restoreTo(long sequence) {
        scene.sql("alter table offboarding.event disable trigger user");
        scene.sql("alter table offboarding.chain_head disable trigger only_forward");
        scene.sql("delete from offboarding.event where sequence > ?", sequence);
        scene.sql("""
                update offboarding.chain_head set last_sequence = e.sequence, last_hash = e.hash
                  from offboarding.event e where e.sequence = ?""", sequence);
        scene.sql("alter table offboarding.event enable trigger user");
        scene.sql("alter table offboarding.chain_head enable trigger only_forward");
    }

    /**
     * Incident 43: the job's database is restored from a backup, so that two runs follow the same one, with the same sequence numbers.
     * Whichever of them is the longer one, that is found.
     */
    @ParameterizedTest
    @CsvSource({"1, 30", "30, 1", "1, 1"})
    void twoRunsOfARestoredDatabaseThatFollowTheSameOneContradictEachOther(int before, int after) throws Exception {
        scene.customers(100, 299);
        Path first = night();
        backUp();
        scene.listed(IntStream.range(100, 100 + before).toArray());
        Path second = archived(night());
        restore();
        scene.listed(IntStream.range(200, 200 + after).toArray());
        Path third = night();

        List<Finding> found = findings(third, first, second);

        assertThat(found).extracting(Finding::what).anyMatch(what -> what.startsWith("sequence "));
        // also where nothing but the two is at hand
        assertThat(findings(second, third)).isNotEmpty();
    }

    /** Incident 43, seen from another job: the one whose database it was before has no report of it since. */
    @ParameterizedTest
    @CsvSource({"1, 30", "30, 1", "1, 1"})
    void aRunOfAnotherJobThatFollowsTheSameOneContradictsTheOneThatDidBefore(int before, int after) throws Exception {
        scene.customers(100, 299);
        Path first = night();
        backUp();
        scene.listed(IntStream.range(100, 100 + before).toArray());
        Path second = night();
        restore();
        scene.with("job", "other").listed(IntStream.range(200, 200 + after).toArray());
        Path third = night();

        String sequence = "sequence %d of the trail".formatted(from(third));
        assertThat(from(third)).isEqualTo(from(second));
        assertThat(findings(third, first, second))
                .extracting(Finding::what, Finding::found)
                .containsExactly(
                        tuple(sequence, "one beside that of run %s of job nightly".formatted(second.getFileName())));
        assertThat(findings(third, second)).extracting(Finding::what).containsExactly(sequence);
        assertThat(findings(first, second)).isEmpty();
        assertThat(findings(first, third)).isEmpty();
    }

    private static long from(Path report) {
        return manifest(report).get("chain").get("first_sequence").asLong();
    }

    /** The event that both have is in the middle of the older one's: neither end of its events says so. */
    @Test
    void soDoesOneOfADatabaseThatWasRestoredToTheMiddleOfARun() throws Exception {
        scene.customers(100, 129);
        night();
        scene.listed(IntStream.range(100, 120).toArray());
        Path second = night();
        restoreTo(from(second) + 5);
        scene.with("job", "other").listed(120);
        Path third = night();

        assertThat(from(third)).isEqualTo(from(second) + 6);
        assertThat(findings(second, third))
                .extracting(Finding::what)
                .containsExactly("sequence %d of the trail".formatted(from(third)));
    }

    /** Also where neither has an event of its own at the place about which they differ: another job's were there. */
    @ParameterizedTest
    @ValueSource(strings = {"nightly", "other"})
    void whatAReportSaysOfTheEndOfTheTrailIsComparedWithTheEventThatIsThere(String job) {
        Path first = night();
        VerifiedReport night = new ReportVerifier(null).verify(first);
        long inside = from(first) + 2;

        assertThat(RunChain.of(List.of(night, endedAt(inside, "ab".repeat(32), job, ownHash(first))))
                        .findings())
                .extracting(Finding::what)
                .containsExactly("hash of event %d of the trail".formatted(inside));
        assertThat(RunChain.of(List.of(night, endedAt(inside, event(inside), job, ownHash(first))))
                        .findings())
                .isEmpty();
        // nothing shows that it is of this database
        assertThat(RunChain.of(List.of(night, endedAt(inside, "ab".repeat(32), job, "cd".repeat(32))))
                        .findings())
                .isEmpty();
    }

    /** Of a run whose database knew of a report with this hash, which it has cut back. */
    private static VerifiedReport endedAt(long sequence, String hash, String job, String cutBack) {
        return new VerifiedReport(
                Path.of("ended"),
                List.of(),
                List.of(),
                null,
                new VerifiedReport.Link(
                        job,
                        "20300101T000000000Z",
                        "ef".repeat(32),
                        null,
                        null,
                        null,
                        "",
                        sequence,
                        hash,
                        0,
                        "",
                        List.of(),
                        Map.of("20200101T000000000Z", cutBack)));
    }

    /** It has the manifest of the other, and other events as far as they were read. */
    @Test
    void aCopyWhoseTrailWasChangedIsCheckedBesideTheReportOfWhichItIsOne() {
        Path report = night();
        Path copy = Forgery.of(report)
                .trail(events -> {
                    events.get(2).put("at", "2026-01-01T00:00:00.000000Z");
                    return events.subList(0, 4);
                })
                .in(scene.folder().resolve("copy"));
        ReportVerifier verifier = new ReportVerifier(null);
        VerifiedReport changed = verifier.verify(copy);

        assertThat(changed.findings()).isNotEmpty();
        assertThat(RunChain.of(List.of(changed, verifier.verify(report))).findings())
                .isEmpty();
    }

    private String event(long sequence) {
        return scene.jdbc()
                .sql("select encode(hash, 'hex') from offboarding.event where sequence = ?")
                .param(sequence)
                .query(String.class)
                .single();
    }

    @Test
    void jobsOfOneDatabaseWhoseEventsAreBetweenEachOthersDoNotContradictEachOther() throws Exception {
        scene.customers(10, 19);
        scene.subscription(10, "license", "active");
        Path first = night();
        scene.listed(10, 11, 12).gateBefore("update on ledger.subscription", "new.status = 'suspended'");
        OffboardingRun held = scene.loaded();
        CompletableFuture<RunResult> running = CompletableFuture.supplyAsync(held::start);
        scene.awaitSomebodyAtTheGate();
        // one that writes to the ledger would wait for the one that is held
        scene.with("job", "other").listed(13, 14);
        Path between = scene.plans(ExitCode.OK).folder();
        scene.openTheGate();
        Path around = Scene.report(running.get(60, TimeUnit.SECONDS)).folder();
        Path after = night();

        VerifiedReport.Figures figures =
                Objects.requireNonNull(new ReportVerifier(null).verify(around).figures());
        assertThat(figures.otherJobs()).isOne();
        assertThat(findings(first, between, around, after)).isEmpty();
        assertThat(findings(around, between)).isEmpty();
    }

    /** Each trail follows the same nothing, and counts from one. */
    @Test
    void reportsOfSeveralDatabasesDoNotContradictEachOther() {
        try (Scene elsewhere = Scene.set()) {
            elsewhere.with("job", "elsewhere").customers(1, 3).listed(1);
            Path[] reports = {
                night(),
                night(),
                elsewhere.runs(ExitCode.OK).folder(),
                elsewhere.plans(ExitCode.OK).folder()
            };

            assertThat(findings(reports)).isEmpty();
        }
    }

    /** It had begun, and left no report: the list could not be read. */
    private void nightThatEndsWithTwo() {
        scene.listedBy("select nothing from nowhere");
        assertThat(scene.run().exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(scene.jdbc()
                        .sql("select count(*) from offboarding.run where exit_code = 2 and manifest_sha256 is null")
                        .query(Long.class)
                        .single())
                .isOne();
        scene.without("list.database.query")
                .with("list.csv.inbox", scene.inbox().toString());
        scene.clock.pass(Duration.ofDays(1));
    }

    @Test
    void aRunThatLeavesNoReportIsNoLink() {
        Path first = night();
        nightThatEndsWithTwo();

        Path third = night();

        assertNames(third, first);
        assertThat(manifest(third).has("previous_run_note")).isFalse();
        assertThat(findings(first, third)).isEmpty();
    }

    @Test
    void norIsOneOfBeforeHashesWereRecorded() {
        Path first = night();
        nightThatEndsWithTwo();
        scene.unwrite("update offboarding.run set manifest_sha256 = null");

        Path third = night();

        assertNames(third, first);
        assertThat(manifest(third).has("previous_run_note")).isFalse();
    }

    @Test
    void aReportOfBeforeHashesWereRecordedIsReadWhereItLies() {
        Path first = night();
        Path second = night();
        scene.unwrite("update offboarding.run set manifest_sha256 = null");

        Path third = night();

        assertNames(third, second);
        assertThat(findings(first, second, third)).isEmpty();
    }

    @Test
    void oneOfThoseThatIsGoneIsMissedAndTheChainContinuesFromTheOneBefore() throws Exception {
        Path first = night();
        Path second = archived(night());
        scene.unwrite(
                "update offboarding.run set manifest_sha256 = null where run_id = ?",
                second.getFileName().toString());

        Path third = night();

        assertNames(third, first);
        assertThat(manifest(third).get("previous_run_note").asString())
                .startsWith("The report of the previous run, " + second.getFileName() + ", is not in ");
        assertThat(findings(first, third)).isEmpty();
    }

    @Test
    void theReportOfARunThatDiedBeforeItCouldNoteItIsRecordedAsItIs() throws Exception {
        Path first = night();
        scene.unwrite("update offboarding.run set reported_at = null, settled = false, manifest_sha256 = null");

        Path second = night();

        assertThat(recorded(first)).isEqualTo(ownHash(first));
        assertNames(second, first);
        Path third = night();
        assertThat(findings(archived(first), second, third)).isEmpty();
    }

    @Test
    void theReportThatTheNextRunWritesForADeadOneIsRecorded() throws Exception {
        Path first = night();
        Path dead = night();
        scene.unwrite(
                "update offboarding.run set reported_at = null, settled = false, manifest_sha256 = null where run_id = ?",
                dead.getFileName().toString());
        FileSystemUtils.deleteRecursively(dead);

        Path third = night();

        assertThat(recorded(dead)).isEqualTo(ownHash(dead));
        assertNames(dead, first);
        assertNames(third, dead);
        assertThat(findings(first, dead, third)).isEmpty();
    }

    // ---- signatures

    private void signedBy(String name) throws Exception {
        scene.with(
                "report.signing-key-file",
                AuditedNights.key(
                                scene.folder().resolve(name),
                                KeyPairGenerator.getInstance("Ed25519").generateKeyPair())
                        .toString());
    }

    private static String signer(Path report) {
        return manifest(report).get("signature").get("public_key_sha256").asString();
    }

    private static void assertNotSignedAs(Path before, Path report, String found, List<Finding> findings) {
        assertThat(findings)
                .containsExactly(new Finding(
                        report.getFileName() + "/manifest.json",
                        0,
                        "key that signed it",
                        signer(before) + " (as run " + before.getFileName() + " before it)",
                        found));
    }

    @Test
    void aSignatureThatIsTakenOffTheLastReportIsMissed() throws Exception {
        Path unsigned = night();
        signedBy("key.pem");
        Path first = night();
        Path second = night();
        assertThat(findings(unsigned, first, second)).isEmpty();

        Forgery.of(second).unsigned().sealed().in(second);

        assertNotSignedAs(first, second, "no signature", findings(unsigned, first, second));
        // also where it says that it is an old one
        Forgery.of(second)
                .trail(events -> {
                    long sequence = 1;
                    for (var event : events) {
                        event.put("sequence", ++sequence);
                    }
                    return events;
                })
                .sealed()
                .in(second);
        assertThat(findings(first, second))
                .anySatisfy(finding -> assertThat(finding.found()).isEqualTo("no signature"));
    }

    @Test
    void anotherKeysSignatureIsSeenWhereItBegins() throws Exception {
        signedBy("key.pem");
        Path first = night();
        signedBy("another.pem");
        Path second = night();
        Path third = night();

        assertNotSignedAs(first, second, signer(second), findings(first, second, third));
        assertThat(findings(second, third)).isEmpty();
    }

    @Test
    void aReportThatWasWrittenLaterThanTheNextOneIsNoReasonToMissItsKey() throws Exception {
        night();
        // the next run could not write it, and the one after that has a key
        Path first = night();
        scene.unwrite(
                "update offboarding.run set reported_at = null, settled = false, manifest_sha256 = null where run_id = ?",
                first.getFileName().toString());
        FileSystemUtils.deleteRecursively(first);
        Files.writeString(first, "in its place");
        assertThat(scene.run().exitCode()).isEqualTo(ExitCode.OK);
        Path second = scene.reports().get(2);
        scene.clock.pass(Duration.ofDays(1));
        Files.delete(first);
        scene.unwrite(
                "update offboarding.run set reported_at = null, manifest_sha256 = null, settled = false where run_id = ?",
                first.getFileName().toString());
        signedBy("key.pem");

        Path third = night();

        assertThat(signer(first)).isEqualTo(signer(third));
        assertThat(findings(first, second, third)).isEmpty();
    }
}

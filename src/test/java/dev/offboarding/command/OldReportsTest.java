package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.report.Retention;
import dev.offboarding.report.verify.Forgery;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.CutBacks;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reports whose time is over, as the next runs and an auditor with nothing but the folders find them. */
@Execution(ExecutionMode.CONCURRENT)
class OldReportsTest {

    private final Scene scene = Scene.set();
    private final StringWriter said = new StringWriter();

    @BeforeEach
    void customers() {
        scene.customers(1, 9).with("report.keep", "40d").with("remind-after", "400d");
    }

    @AfterEach
    void close() {
        scene.close();
    }

    /** One night, and the days after it. */
    private Path night(int days, int... listed) {
        if (listed.length > 0) {
            scene.listed(listed);
        }
        Path report = scene.runs(ExitCode.OK).folder();
        scene.clock.pass(Duration.ofDays(days));
        if (days > 30) {
            nightOfAnotherJob();
        }
        return report;
    }

    /** By which the time that has passed is sure: one night alone may have a clock that is ahead. */
    private void nightOfAnotherJob() {
        assertThat(scene.with("job", "other").run().exitCode().finished()).isTrue();
        scene.with("job", "nightly");
    }

    private static List<String> files(Path report) throws IOException {
        try (Stream<Path> files = Files.list(report)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static JsonNode json(Path report, String file) {
        return JsonMapper.shared().readTree(report.resolve(file).toFile());
    }

    private List<String> notes(Path report) {
        return json(report, "report.json")
                .get("notes")
                .valueStream()
                .map(JsonNode::asString)
                .filter(note -> note.startsWith("retention"))
                .toList();
    }

    private int verify(Path... folders) {
        said.getBuffer().setLength(0);
        return CommandLineProgram.execute(
                new PrintWriter(said, true),
                new PrintWriter(said, true),
                Stream.concat(Stream.of("verify-report"), Stream.of(folders).map(Path::toString))
                        .toArray(String[]::new));
    }

    private Path export() {
        said.getBuffer().setLength(0);
        assertThat(CommandLineProgram.execute(
                        new PrintWriter(said, true),
                        new PrintWriter(said, true),
                        "export",
                        scene.jobFile().toString(),
                        "--from",
                        "2026-01-01",
                        "--to",
                        "2026-12-31"))
                .as(said.toString())
                .isZero();
        return said.toString()
                .lines()
                .filter(line -> line.startsWith("Export: "))
                .map(line -> Path.of(line.substring("Export: ".length())))
                .findFirst()
                .orElseThrow();
    }

    private Path folder() {
        return scene.folder().resolve("reports/nightly");
    }

    @Test
    void oneThatIsOldEnoughIsCutBackToItsManifestAndAllOfThemAreStillAChain() throws Exception {
        Path first = night(1, 1);
        Path second = night(40, 2);
        Path third = night(0, 3);

        assertThat(files(first)).containsExactly("manifest.json");
        assertThat(files(second)).contains("report.json");
        assertThat(notes(third))
                .containsExactly("retention: after this run 1 report is to be cut back to its manifest, that of run "
                        + first.getFileName());
        assertThat(json(third, "manifest.json").get("cut_back"))
                .singleElement()
                .isEqualTo(JsonMapper.shared()
                        .createObjectNode()
                        .put("run_id", first.getFileName().toString())
                        .put(
                                "manifest_sha256",
                                json(first, "manifest.json")
                                        .get("manifest_sha256")
                                        .asString()));
        assertThat(verify(folder())).as(said.toString()).isZero();
        assertThat(said.toString())
                .contains("%s: cut back to its manifest, which is in order; run %s says so"
                        .formatted(first, third.getFileName()))
                .contains("3 reports, 0 not in order, 1 cut back to its manifest; 0 gaps");
        assertThat(Files.readString(folder().resolve("index.html")))
                .contains(second.getFileName() + "/report.html")
                .doesNotContain(first.getFileName() + "/report.html");
    }

    @Test
    void theOneThatSaysSoMayBeCutBackInItsTurn() throws Exception {
        Path first = night(41, 1);
        Path second = night(41, 2);
        Path third = night(41, 3);
        night(41, 4);
        Path fifth = night(0, 5);

        assertThat(List.of(first, second, third))
                .allSatisfy(report -> assertThat(files(report)).containsExactly("manifest.json"));
        assertThat(verify(folder())).as(said.toString()).isZero();
        assertThat(said.toString()).contains("5 reports, 0 not in order, 3 cut back to their manifests; 0 gaps");
        // of what a report does not vouch for nobody knows who took it away
        assertThat(verify(first, fifth)).isEqualTo(8);
        assertThat(verify(third, fifth)).isZero();
    }

    @Test
    void withoutTheKeyAllAreKept() throws Exception {
        scene.without("report.keep");
        Path first = night(4000, 1);
        Path second = night(0, 2);

        assertThat(files(first)).contains("report.json", "report.html");
        assertThat(json(second, "manifest.json").has("cut_back")).isFalse();
    }

    @Test
    void evidenceOfAnOpenCaseIsKeptUntilItIsClosed() throws Exception {
        scene.subscription(2, "marketplace", "active");
        Path first = night(1, 1, 2);
        Path second = night(41, 3);
        night(1, 4);
        assertThat(files(first)).contains("report.json");

        scene.sql("update ledger.subscription set status = 'deleted'");
        Path third = night(1);

        assertThat(json(third, "manifest.json").get("cut_back")).hasSize(2);
        assertThat(List.of(first, second))
                .allSatisfy(report -> assertThat(files(report)).containsExactly("manifest.json"));
    }

    @Test
    void oneThatWasTamperedWithIsKeptAndSaid() throws Exception {
        Path changed = night(1, 1);
        Path rebuilt = night(1, 2);
        Path gone = night(1, 3);
        night(41, 4);
        Files.writeString(changed.resolve("customers.csv"), Files.readString(changed.resolve("customers.csv")) + "x");
        Forgery.of(rebuilt)
                .text("report.html", html -> html + "<!-- -->")
                .sealed()
                .in(rebuilt);
        Files.delete(gone.resolve("events.jsonl"));

        Path last = scene.listed(5).runs(ExitCode.OK).folder();

        assertThat(List.of(changed, rebuilt))
                .allSatisfy(
                        report -> assertThat(files(report)).contains("customers.csv", "events.jsonl", "report.json"));
        assertThat(files(gone)).contains("report.json");
        assertThat(json(last, "manifest.json").has("cut_back")).isFalse();
        assertThat(notes(last))
                .singleElement()
                .asString()
                .startsWith(
                        "retention: 3 reports are kept although they are old enough, because they are not in order, or not as they were written: %s, %s, %s."
                                .formatted(changed.getFileName(), rebuilt.getFileName(), gone.getFileName()));
    }

    @Test
    void oneWhoseFilesSomebodyTookAwayIsFound() throws Exception {
        Path first = night(1, 1);
        night(1, 2);
        for (String file : files(first)) {
            if (!file.equals("manifest.json")) {
                Files.delete(first.resolve(file));
            }
        }

        assertThat(verify(folder())).isEqualTo(8);
        assertThat(said.toString())
                .contains("%s: NOT in order".formatted(first))
                .contains("customers.csv: expected there, found missing")
                .contains("2 reports, 1 not in order;");
        assertThat(verify(first)).isEqualTo(8);
        assertThat(said.toString()).contains("check them together");
    }

    @Test
    void whatIsPutInPlaceOfWhatWasCutBackIsFound() throws Exception {
        Path first = night(1, 1);
        night(41, 2);
        night(0, 3);
        assertThat(files(first)).containsExactly("manifest.json");
        assertThat(verify(folder())).isZero();

        Files.writeString(first.resolve("customers.csv"), "customer_id\n");
        assertThat(verify(folder())).isEqualTo(8);
        Files.delete(first.resolve("customers.csv"));
        Files.writeString(first.resolve("notes.txt"), "x");
        assertThat(verify(folder())).isEqualTo(8);
        Files.delete(first.resolve("notes.txt"));
        Files.writeString(
                first.resolve("manifest.json"),
                Files.readString(first.resolve("manifest.json")).replace("nightly", "nightlx"));
        assertThat(verify(folder())).isEqualTo(8);
    }

    @Test
    void aVoucherThatWasMadeLaterDoesNotFitTheChain() throws Exception {
        Path first = night(1, 1);
        Path second = night(1, 2);
        night(1, 3);
        String hash = json(first, "manifest.json").get("manifest_sha256").asString();
        Forgery forged = Forgery.of(second);
        forged.text(
                "manifest.json",
                text -> text.replace(
                        "\n  \"signature\"",
                        "\n  \"cut_back\" : [\n    {\n      \"run_id\" : \"%s\",\n      \"manifest_sha256\" : \"%s\"\n    }\n  ],\n  \"signature\""
                                .formatted(first.getFileName(), hash)));
        forged.sealed().in(second);
        Files.delete(first.resolve("events.jsonl"));

        assertThat(verify(folder())).as(said.toString()).isEqualTo(8);
        assertThat(said.toString()).contains("manifest_sha256 of the previous run " + second.getFileName());
    }

    @Test
    void ofAPlanThatWasCutBackNobodyCanTellAnyMoreThatItWasNone() {
        scene.plan();
        scene.clock.pass(Duration.ofDays(1));
        night(41, 1);
        night(0, 2);

        Path export = export();

        assertThat(verify(Stream.concat(Stream.of(export), Stream.of(folder())).toArray(Path[]::new)))
                .as(said.toString())
                .isZero();
        assertThat(said.toString()).contains("1 more report of these days is cut back to its manifest, and not named");
    }

    /** Puts files back, as if the run had died before it had deleted them. */
    private static void stillThere(Forgery whole, Path report, String... files) throws IOException {
        for (String file : files) {
            Files.write(report.resolve(file), whole.files.get(file));
        }
    }

    @Test
    void aRunThatDiedOverItIsFinishedByTheNext() throws Exception {
        Path first = night(1, 1);
        Path second = night(1, 2);
        Forgery whole = Forgery.of(second);
        night(40, 3);
        Path fourth = night(0, 4);
        assertThat(json(fourth, "manifest.json").get("cut_back")).hasSize(2);
        // as if it had been the moment after the first, and amid the second
        stillThere(whole, second, "customers.csv", "report.json");
        scene.sql("update offboarding.run set cut_back_at = null");

        Path fifth = night(0, 5);

        assertThat(json(fifth, "manifest.json").get("cut_back")).hasSize(2);
        assertThat(List.of(first, second))
                .allSatisfy(report -> assertThat(files(report)).containsExactly("manifest.json"));
        assertThat(scene.jdbc()
                        .sql("select count(*) from offboarding.run where cut_back_at is not null")
                        .query(Long.class)
                        .single())
                .isEqualTo(2);
        assertThat(verify(folder())).as(said.toString()).isZero();
    }

    @Test
    void oneThatIsHalfGoneAlthoughNoRunHasBegunToDeleteItIsKept() throws Exception {
        Path first = night(1, 1);
        Forgery whole = Forgery.of(first);
        night(40, 2);
        night(0, 3);
        stillThere(whole, first, "customers.csv", "report.json");
        scene.sql("update offboarding.run set cut_back_at = null, cut_back_begun_at = null");

        Path last = night(0, 4);

        assertThat(files(first)).containsExactly("customers.csv", "manifest.json", "report.json");
        assertThat(notes(last)).singleElement().asString().contains(first.getFileName() + ". Run verify-report");
    }

    @Test
    void ofWhatDoesNotSayAnyMoreWhomItIsAboutNothingMoreIsDeleted() throws Exception {
        scene.subscription(9, "marketplace", "active");
        Path first = night(1, 1);
        Forgery whole = Forgery.of(first);
        night(41, 2);
        night(1, 3);
        stillThere(whole, first, "events.jsonl");
        scene.sql("update offboarding.run set cut_back_at = null");

        night(0, 9);
        Path last = night(0, 4);

        assertThat(files(first)).containsExactly("events.jsonl", "manifest.json");
        assertThat(notes(last)).singleElement().asString().contains(first.getFileName() + ". Run verify-report");
    }

    @Test
    void whatIsLeftOfOneThatIsHalfCutBackIsCheckedStill() throws Exception {
        Path first = night(1, 1);
        Forgery whole = Forgery.of(first);
        night(41, 2);
        Path third = night(1, 3);
        Files.write(first.resolve("actions.csv"), whole.files.get("actions.csv"));

        assertThat(verify(folder())).as(said.toString()).isZero();
        Files.writeString(first.resolve("actions.csv"), whole.text("actions.csv") + "x");
        assertThat(verify(folder())).isEqualTo(8);
        assertThat(files(third)).contains("report.json");
    }

    @Test
    void aRunThatDidNotGetThroughAndAPlanCutNothingBack() throws Exception {
        Path first = night(1, 1);
        night(41, 2);
        scene.listed(3);
        assertThat(scene.plan().exitCode()).isEqualTo(ExitCode.OK);
        scene.with("limits.max-customers", "0");
        assertThat(scene.run().exitCode()).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        scene.with("limits.max-customers", "1000");

        scene.sql("alter table ledger.customer rename to gone");
        assertThat(scene.run().exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
        scene.sql("alter table ledger.gone rename to customer");
        scene.listedBy("select nothing from nowhere");
        assertThat(scene.run().exitCode()).isEqualTo(ExitCode.WRONG_USAGE);

        assertThat(files(first)).contains("report.json");
        assertThat(scene.jdbc()
                        .sql("select count(*) from offboarding.run where cut_back is not null")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void aClockThatHasLeaptAheadMakesNothingOld() throws Exception {
        Path first = night(1, 1);
        night(0, 2);
        scene.clock.pass(Duration.ofDays(400));

        Path last = night(0, 3);

        assertThat(files(first)).contains("report.json");
        assertThat(json(last, "manifest.json").has("cut_back")).isFalse();
    }

    @Test
    void theReportThatTheNextOneFollowsIsKept() throws Exception {
        Path first = night(41, 1);

        Path second = night(0, 2);

        assertThat(files(first)).contains("report.json");
        assertThat(json(second, "manifest.json").has("cut_back")).isFalse();
    }

    /** Of the database, whenever somebody writes that into the table of runs. */
    private void refuses(String column) {
        scene.sql("""
                create function public.refuse() returns trigger language plpgsql as 'begin raise exception ''not now''; end'
                """);
        scene.sql(
                "create trigger refuse before update of %s on offboarding.run for each row execute function public.refuse()"
                        .formatted(column));
    }

    @Test
    void aNightOnWhichNothingCanBeDecidedIsAGoodOneOtherwise() throws Exception {
        Path first = night(1, 1);
        night(41, 2);
        refuses("cut_back");

        Path last = night(0, 3);

        assertThat(files(first)).contains("report.json");
        assertThat(files(last)).contains("report.json");
        assertThat(verify(folder())).as(said.toString()).isZero();
    }

    @Test
    void aNightOnWhichNothingCanBeWrittenDownAboutItIsAGoodOneOtherwise() throws Exception {
        Path first = night(1, 1);
        Path second = night(41, 2);
        night(0, 3);
        assertThat(files(first)).containsExactly("manifest.json");
        scene.clock.pass(Duration.ofDays(41));
        nightOfAnotherJob();
        refuses("cut_back_begun_at");

        night(0, 4);

        assertThat(files(second)).contains("report.json");
        assertThat(verify(folder())).as(said.toString()).isZero();
    }

    @Test
    void oneThatCannotBeCutBackKeepsNoneOfTheOthers() throws Exception {
        Path first = night(1, 1);
        Path second = night(1, 2);
        night(0, 3);
        List<CutBacks.Due> due = due();
        Files.createDirectory(first.resolve("more"));

        String problem = retention().carryOut(due, scene.clock);

        assertThat(problem)
                .startsWith("retention: 1 report could not be cut back to its manifest, that of run %s. "
                        .formatted(first.getFileName()));
        assertThat(files(first)).contains("customers.csv");
        assertThat(files(second)).containsExactly("manifest.json");
    }

    @Test
    void oneThatShowsACustomerWhoseCaseWasOpenedMeanwhileIsKept() throws Exception {
        Path first = night(1, 1);
        night(0, 2);
        List<CutBacks.Due> due = due();
        assertThat(due).hasSize(1);
        scene.subscription(1, "marketplace", "active");
        scene.sql("update ledger.customer set relationship = 'reseller' where customer_id = ?", Scene.id(1));
        scene.with("job", "other").listed(1).run();

        assertThat(retention().carryOut(due, scene.clock)).contains("has been opened meanwhile");

        assertThat(files(first)).contains("customers.csv");
    }

    private Retention retention() {
        return new Retention(
                new JdbcTemplate(scene.database().dataSource()), scene.folder().resolve("reports"), "nightly");
    }

    /** Those that are old enough in forty days. */
    private List<CutBacks.Due> due() {
        return retention()
                .decide(scene.clock.instant().plus(Duration.ofDays(40)))
                .reports();
    }

    @Test
    void whatIsPutInPlaceOfAReportOnceItWasCheckedIsNotDeleted() throws Exception {
        Path linked = night(1, 1);
        Path noted = night(1, 2);
        Path inside = night(1, 3);
        Path other = night(1, 4);
        night(0, 5);
        List<CutBacks.Due> due = due();
        Path elsewhere = Files.move(linked, scene.folder().resolve("elsewhere"));
        Files.createSymbolicLink(linked, elsewhere);
        Files.writeString(noted.resolve("auditor.txt"), "seen");
        Path kept = Files.move(inside.resolve("events.jsonl"), scene.folder().resolve("events.jsonl"));
        Files.createSymbolicLink(inside.resolve("events.jsonl"), kept);
        Forgery.of(other)
                .text("report.html", html -> html + "<!-- -->")
                .sealed()
                .in(other);

        for (CutBacks.Due one : due) {
            retention().carryOut(List.of(one), scene.clock);
        }

        assertThat(due).hasSizeGreaterThanOrEqualTo(4);
        assertThat(List.of(elsewhere, noted, inside, other))
                .allSatisfy(report -> assertThat(files(report)).contains("customers.csv", "events.jsonl"));
        assertThat(noted.resolve("auditor.txt")).exists();
    }

    @Test
    void anExportSaysOfReportsThatWereCutBackThatOnlyTheirHashesWereCompared() throws Exception {
        night(1, 1);
        night(41, 2);
        night(0, 3);

        Path export = export();

        assertThat(verify(export)).as(said.toString()).isZero();
        assertThat(said.toString())
                .contains(
                        "in order: 3 customers, of which 2 stand in the reports that were given as they say; 2 reports counted again")
                .contains(
                        "1 of 3 reports of the period are cut back to their manifests: only their hashes were compared");
    }
}

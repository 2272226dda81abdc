package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.kit.Sha256;
import dev.offboarding.report.PublishedSchemas;
import dev.offboarding.run.Adoption;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A period for an auditor, and what an auditor with nothing but the folders finds out about it. */
@Execution(ExecutionMode.CONCURRENT)
class ExportCommandTest {

    private final Scene scene = Scene.set();
    private final StringWriter said = new StringWriter();

    /** The first night is 10 March 2026. */
    @BeforeEach
    void customers() {
        scene.customers(1, 30).with("remind-after", "400d");
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private int type(String... args) {
        said.getBuffer().setLength(0);
        return CommandLineProgram.execute(new PrintWriter(said, true), new PrintWriter(said, true), args);
    }

    private Path export(String from, String to, String... more) {
        List<String> args = new ArrayList<>(List.of("export", scene.jobFile().toString(), "--from", from, "--to", to));
        args.addAll(List.of(more));
        assertThat(type(args.toArray(String[]::new))).as(said.toString()).isZero();
        Path export = said.toString()
                .lines()
                .filter(line -> line.startsWith("Export: "))
                .map(line -> Path.of(line.substring("Export: ".length())))
                .findFirst()
                .orElseThrow();
        PublishedSchemas.checkExport(export);
        return export;
    }

    private int verify(Path... folders) {
        return type(Stream.concat(Stream.of("verify-report"), Stream.of(folders).map(Path::toString))
                .toArray(String[]::new));
    }

    private void nextDay() {
        scene.clock.pass(Duration.ofDays(1));
    }

    private static Map<String, String> row(Path export, int customer) {
        return Scene.csv(export.resolve("customers.csv")).stream()
                .filter(row -> Scene.id(customer).toString().equals(row.get("customer_id")))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> ids(Path export) {
        return Scene.csv(export.resolve("customers.csv")).stream()
                .map(row -> row.get("customer_id"))
                .toList();
    }

    private static List<String> steps(Path export, int customer) {
        return Scene.csv(export.resolve("steps.csv")).stream()
                .filter(row -> Scene.id(customer).toString().equals(row.get("customer_id")))
                .map(row -> (row.get("step") + " " + row.get("result") + row.get("after")).strip())
                .toList();
    }

    private static JsonNode json(Path file) {
        return JsonMapper.shared().readTree(file.toFile());
    }

    private static String hash(Path report) {
        return json(report.resolve("manifest.json")).get("manifest_sha256").asString();
    }

    private static String id(int customer) {
        return Scene.id(customer).toString();
    }

    @Test
    void everyCustomerOfThePeriodIsInItOnceWithItsDatesStepsAndTheReportThatProvesIt() {
        scene.subscription(1, "license", "active");
        scene.subscription(2, "marketplace", "active");
        scene.inboxFile(
                "a.csv",
                "customer_id,domain,requested_by,ticket,reason\n%s,customer-1.example,Jane,T-7,=does not pay\n%s,customer-2.example,Joe,T-8,\n"
                        .formatted(id(1), id(2)));
        Scene.Report first = scene.runs(ExitCode.OK);
        nextDay();
        Scene.Report second = scene.listed(3).runs(ExitCode.OK);

        Path export = export("2026-03-01", "2026-03-31");

        assertThat(ids(export)).containsExactly(id(1), id(2), id(3));
        assertThat(row(export, 1))
                .containsEntry("requested_by", "Jane")
                .containsEntry("ticket", "T-7")
                .containsEntry("reason", "'=does not pay")
                .containsEntry("domain", "customer-1.example")
                .containsEntry("source", "a.csv")
                .containsEntry("line", "2")
                .containsEntry("state", "OFFBOARDED")
                .containsEntry("outcome", "OFFBOARDED")
                .containsEntry("closed_as", "OFFBOARDED")
                .containsEntry("opened_at", "2026-03-10T02:30:00.000000Z")
                .containsEntry("removed_at", "2026-03-10T02:30:00.000000Z")
                .containsEntry("report", first.folder().getFileName().toString())
                .containsEntry("report_manifest_sha256", hash(first.folder()));
        assertThat(steps(export, 1))
                .contains("LISTED", "SUSPEND DONEsuspended", "REMOVE DONEnone")
                .anyMatch(step -> step.startsWith("VERIFIED customer_list CONFIRMED"))
                .endsWith("STATE OFFBOARDED");
        assertThat(row(export, 2))
                .containsEntry("state", "MARKED")
                .containsEntry("hold_reason", "MARKETPLACE")
                .containsEntry("closed_at", "")
                .containsEntry("report", second.folder().getFileName().toString());
        JsonNode record = json(export.resolve("export.json"));
        assertThat(record.get("query").asString())
                .contains("of job nightly that began from 2026-03-01 to 2026-03-31 (Europe/Berlin)");
        assertThat(record.get("population").asInt()).isEqualTo(3);
        assertThat(record.at("/closed/OFFBOARDED").asInt()).isEqualTo(2);
        assertThat(record.get("reports"))
                .extracting(one -> one.get("manifest_sha256").asString())
                .containsExactly(hash(first.folder()), hash(second.folder()));
        assertThat(verify(export)).as(said.toString()).isZero();
        assertThat(said.toString())
                .contains(
                        "in order: 3 customers, of which 3 stand in the reports that were given as they say; 2 reports counted again");
    }

    @Test
    void whatCameBeforeAndAfterThePeriodIsNotInIt() {
        scene.subscription(2, "marketplace", "active");
        scene.listed(1, 2).runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(40));
        scene.listed(3).runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(40));
        scene.sql("update ledger.subscription set status = 'deleted'");
        scene.listed(4).runs(ExitCode.OK);

        Path april = export("2026-04-01", "2026-04-30");
        Path nothing = export("2026-01-01", "2026-01-31");

        assertThat(ids(april)).containsExactly(id(2), id(3));
        assertThat(row(april, 2))
                .containsEntry("state", "MARKED")
                .containsEntry("hold_reason", "MARKETPLACE")
                .containsEntry("closed_as", "")
                .containsEntry("removed_at", "");
        assertThat(row(april, 3)).containsEntry("closed_as", "OFFBOARDED");
        assertThat(ids(nothing)).isEmpty();
        assertThat(verify(april, nothing)).as(said.toString()).isZero();
        // the same comes out, whenever it is asked for
        assertThat(json(export("2026-04-01", "2026-04-30").resolve("export.json"))
                        .get("files"))
                .isEqualTo(json(april.resolve("export.json")).get("files"));
    }

    @Test
    void whoAskedForAWithdrawalAndWhoApprovedIsInIt() {
        scene.with("approval", "required").with("grace-period", "30d");
        scene.subscription(1, "license", "active");
        scene.listed(1);
        assertThat(scene.run().exitCode()).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        scene.adaApproves(scene.jdbc()
                .sql("select plan_id from offboarding.saved_plan")
                .query(String.class)
                .single());
        scene.runs(ExitCode.OK);
        nextDay();
        scene.asks(InterventionKind.WITHDRAW, 1, "they stay");
        assertThat(scene.carriesOut().exitCode()).isEqualTo(ExitCode.OK);
        // listed in a run that was stopped: it has no case, and was listed all the same
        scene.subscription(2, "license", "active");
        scene.listed(2);
        nextDay();
        assertThat(scene.run().exitCode()).isEqualTo(ExitCode.STOPPED_BY_LIMIT);

        Path export = export("2026-03-01", "2026-03-31");

        assertThat(row(export, 1))
                .containsEntry("state", "WITHDRAWN")
                .containsEntry("closed_as", "WITHDRAWN")
                .containsEntry("approval_reason", "looked at it");
        assertThat(row(export, 1).get("approver")).startsWith("Ada (a claim of");
        assertThat(row(export, 1).get("plan_id")).hasSize(64);
        assertThat(steps(export, 1)).contains("WITHDRAW", "REACTIVATE DONEactive", "STATE WITHDRAWN");
        assertThat(row(export, 2)).containsEntry("cases", "0").containsEntry("closed_as", "");
        assertThat(verify(export)).as(said.toString()).isZero();
    }

    @Test
    void anApprovalOfAnEarlierCaseIsNoneOfALaterOne() {
        scene.with("approval", "required");
        scene.listed(1);
        assertThat(scene.run().exitCode()).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        scene.adaApproves(scene.jdbc()
                .sql("select plan_id from offboarding.saved_plan")
                .query(String.class)
                .single());
        scene.runs(ExitCode.OK);
        assertThat(row(export("2026-03-10", "2026-03-10"), 1).get("approver")).startsWith("Ada");
        nextDay();
        scene.without("approval")
                .sql("update ledger.customer set relationship = 'reseller' where customer_id = ?", Scene.id(1));
        scene.subscription(1, "marketplace", "active");
        scene.listed(1).run();

        Path export = export("2026-03-11", "2026-03-31");

        assertThat(row(export, 1)).containsEntry("state", "MARKED").containsEntry("approver", "");
        assertThat(verify(export)).as(said.toString()).isZero();
    }

    @Test
    void whatARunThatHasNoReportYetHasClosedIsNotCountedAndSaid() throws Exception {
        scene.listed(1).runs(ExitCode.OK);
        nextDay();
        Path inTheWay = Files.createDirectory(scene.folder().resolve("reports/nightly/20260311T023000000Z"));
        assertThat(scene.listed(2).run().exitCode()).isEqualTo(ExitCode.EVIDENCE_BROKEN);
        Files.delete(inTheWay);

        Path export = export("2026-03-01", "2026-03-31");

        assertThat(said.toString()).contains("Note: 1 case was closed by a run that has no report yet");
        assertThat(json(export.resolve("export.json")).at("/closed/OFFBOARDED").asInt())
                .isEqualTo(1);
        assertThat(verify(export)).as(said.toString()).isZero();
    }

    @Test
    void aSampleIsTheSameOnEveryMachineAndWhoKnowsTheSeedCanDrawItAgain() throws Exception {
        scene.with("limits.max-customers", "100")
                .with("limits.max-share", "100%")
                .with("limits.per-30-days", "100%");
        scene.listed(IntStream.rangeClosed(1, 20).toArray()).runs(ExitCode.OK);

        Path sample = export("2026-03-01", "2026-03-31", "--sample", "5", "--seed", "audit 2027");
        Path other = export("2026-03-01", "2026-03-31", "--sample", "5", "--seed", "another");

        List<String> drawn = IntStream.rangeClosed(1, 20)
                .mapToObj(ExportCommandTest::id)
                .sorted(Comparator.comparing(id -> sha256("audit 2027:" + id)))
                .limit(5)
                .sorted()
                .toList();
        assertThat(ids(sample)).isEqualTo(drawn);
        assertThat(ids(other)).isNotEqualTo(drawn).hasSize(5);
        assertThat(Scene.csv(sample.resolve("population.csv"))).hasSize(20);
        assertThat(json(sample.resolve("export.json")).at("/sample/seed").asString())
                .isEqualTo("audit 2027");
        assertThat(verify(sample, other)).as(said.toString()).isZero();
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Somebody who knows how it is made: the hashes fit. */
    private static void forge(Path export, String file, String before, String after, Consumer<ObjectNode> record)
            throws IOException {
        ObjectNode json = (ObjectNode) json(export.resolve("export.json"));
        if (!file.equals("export.json")) {
            String text = Files.readString(export.resolve(file));
            assertThat(text).contains(before);
            Files.writeString(export.resolve(file), text.replace(before, after));
            ((ObjectNode) json.get("files")).put(file, sha256(Files.readString(export.resolve(file))));
        }
        record.accept(json);
        Files.writeString(export.resolve("export.json"), json.toString());
    }

    private static Path copy(Path export) throws IOException {
        Path copy = export.resolveSibling("copy-" + System.nanoTime());
        FileSystemUtils.copyRecursively(export, copy);
        return copy;
    }

    @Test
    void whatTheReportsDoNotSayIsFound() throws Exception {
        scene.subscription(2, "marketplace", "active");
        Scene.Report report = scene.listed(1, 2).runs(ExitCode.OK);
        Path export = export("2026-03-01", "2026-03-31");
        assertThat(verify(export)).as(said.toString()).isZero();

        Path changed = copy(export);
        Files.writeString(changed.resolve("steps.csv"), Files.readString(changed.resolve("steps.csv")) + "x");
        assertThat(verify(changed)).isEqualTo(8);
        assertThat(said.toString()).contains("steps.csv: SHA-256");

        Path offboarded = copy(export);
        forge(offboarded, "customers.csv", "MARKED,HELD", "OFFBOARDED,OFFBOARDED", json -> {});
        assertThat(verify(offboarded)).isEqualTo(8);
        assertThat(said.toString())
                .contains("state and outcome of customer " + id(2) + ": expected MARKED, HELD (the report of run "
                        + report.folder().getFileName());

        Path without = copy(export);
        String line = Files.readAllLines(without.resolve("customers.csv")).get(2) + "\r\n";
        forge(without, "customers.csv", line, "", json -> json.put("customers", 1));
        assertThat(verify(without)).isEqualTo(8);
        assertThat(said.toString()).contains("customer " + id(2) + ": expected there, found missing");

        Path step = copy(export);
        String event = Objects.requireNonNull(
                Scene.csv(step.resolve("steps.csv")).get(0).get("event_sha256"));
        forge(step, "steps.csv", event, "cd".repeat(32), json -> {});
        assertThat(verify(step)).isEqualTo(8);
        assertThat(said.toString())
                .contains("one that the report of run " + report.folder().getFileName() + " has");

        // a second row of the same event, of another customer
        Path twice = copy(export);
        String first = Files.readAllLines(twice.resolve("steps.csv")).get(1) + "\r\n";
        String another = first.replace(id(1), id(2));
        assertThat(another).isNotEqualTo(first);
        long steps = json(export.resolve("export.json")).get("steps").asLong();
        forge(twice, "steps.csv", first, another + first, json -> json.put("steps", steps + 1));
        String counted = row(export, 2).get("steps");
        forge(
                twice,
                "customers.csv",
                "," + counted + "," + report.folder().getFileName() + "," + hash(report.folder()) + ","
                        + row(export, 2).get("report_sequence"),
                "," + (Integer.parseInt(counted) + 1) + "," + report.folder().getFileName() + ","
                        + hash(report.folder()) + "," + row(export, 2).get("report_sequence"),
                json -> {});
        assertThat(verify(twice)).isEqualTo(8);
        assertThat(said.toString()).contains("of run " + report.folder().getFileName() + ": expected " + id(2));

        // whoever says of a customer what is not so would like it not to be compared
        String proof = hash(report.folder()) + "," + row(export, 2).get("report_sequence");
        Path vague = copy(export);
        forge(vague, "customers.csv", proof, hash(report.folder()) + ",", json -> {});
        assertThat(verify(vague)).as(said.toString()).isZero();
        assertThat(said.toString())
                .contains("of which 1 stand in the reports")
                .contains("1 of 2 customers name a report that has no event of them");
        forge(vague, "customers.csv", "MARKED,HELD", "OFFBOARDED,OFFBOARDED", json -> {});
        assertThat(verify(vague)).isEqualTo(8);
        assertThat(said.toString()).contains("state of customer " + id(2) + ": expected MARKED");

        Path wrongEvent = copy(export);
        forge(wrongEvent, "customers.csv", proof, hash(report.folder()) + ",1", json -> {});
        assertThat(verify(wrongEvent)).isEqualTo(8);
        assertThat(said.toString()).contains("report_sequence of customer " + id(2));

        Path unproved = copy(export);
        forge(unproved, "customers.csv", report.folder().getFileName() + "," + proof, ",,", json -> {});
        assertThat(verify(unproved)).isEqualTo(8);
        assertThat(said.toString()).contains("report of customer " + id(2) + ": expected one, for the report of run");

        Path count = copy(export);
        forge(count, "export.json", "", "", json -> ((ObjectNode) json.get("closed")).put("OFFBOARDED", 2));
        assertThat(verify(count)).isEqualTo(8);
        assertThat(said.toString()).contains("cases closed as OFFBOARDED: expected 1 (all reports of the period)");

        Path rebuilt = copy(export);
        forge(
                rebuilt,
                "export.json",
                "",
                "",
                json -> ((ObjectNode) json.at("/reports/0")).put("manifest_sha256", "ab".repeat(32)));
        assertThat(verify(rebuilt)).isEqualTo(8);
        assertThat(said.toString()).contains("manifest_sha256 of run");

        Path unnamed = copy(export);
        forge(unnamed, "export.json", "", "", json -> json.putArray("reports"));
        assertThat(verify(unnamed)).isEqualTo(8);
        assertThat(said.toString()).contains("which began in the period");

        Path more = copy(export);
        Files.writeString(more.resolve("more.csv"), "x");
        assertThat(verify(more)).isEqualTo(8);
    }

    /** From now on; the SHA-256 of the public half. */
    private String signs() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Path key = Files.writeString(
                scene.folder().resolve("key.pem"),
                "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                        .formatted(Base64.getEncoder()
                                .encodeToString(pair.getPrivate().getEncoded())));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        scene.with("report.signing-key-file", key.toString());
        return Sha256.hexOf(pair.getPublic().getEncoded());
    }

    @Test
    void anExportOfAJobThatSignsIsSignedAndWhoHasThePublicHalfCanTell() throws Exception {
        scene.listed(1).runs(ExitCode.OK);
        Path unsigned = export("2026-03-01", "2026-03-10");
        nextDay();
        String trusted = signs();
        scene.listed(2).runs(ExitCode.OK);

        Path export = export("2026-03-11", "2026-03-31");

        assertThat(said.toString()).contains("Signed by the key " + trusted);
        assertThat(json(unsigned.resolve("export.json")).get("signature").isNull())
                .isTrue();
        assertThat(json(export.resolve("export.json"))
                        .at("/signature/public_key_sha256")
                        .asString())
                .isEqualTo(trusted);
        Path report = scene.folder().resolve("reports/nightly/20260311T023000000Z");
        assertThat(verify(export, report)).as(said.toString()).isZero();
        assertThat(said.toString()).doesNotContain("not signed");
        assertThat(type("verify-report", "--fingerprint", trusted, export.toString(), report.toString()))
                .as(said.toString())
                .isZero();
        assertThat(type("verify-report", "--fingerprint", "ab".repeat(32), export.toString(), report.toString()))
                .isEqualTo(8);
        assertThat(said.toString()).contains("export.json: key that signed it: expected \"" + "ab".repeat(32));
        assertThat(type("verify-report", "--fingerprint", trusted, unsigned.toString(), report.toString()))
                .isEqualTo(8);
        assertThat(said.toString()).contains("export.json: key that signed it: expected \"" + trusted);

        Path changed = copy(export);
        String text = Files.readString(changed.resolve("export.json"));
        Files.writeString(changed.resolve("export.json"), text.replace("\"ledger\"", "\"partner-center\""));
        assertThat(verify(changed, report)).isEqualTo(8);
        assertThat(said.toString()).contains("export.json: signature: expected one of this file by the key " + trusted);
        Files.writeString(changed.resolve("export.json"), text + "\n");
        assertThat(verify(changed, report)).isEqualTo(8);
        assertThat(said.toString()).contains("export.json: its end");
        assertThat(verify(unsigned, report.resolveSibling("20260310T023000000Z")))
                .as(said.toString())
                .isZero();
        assertThat(said.toString()).contains("note: it is not signed");
    }

    @Test
    void aKeyThatCannotBeUsedWritesNoExportWithoutASignature() throws Exception {
        scene.with("report.signing-key-file", "no-such-key.pem");

        assertThat(type("export", scene.jobFile().toString(), "--from", "2026-03-01", "--to", "2026-03-31"))
                .isEqualTo(2);
        assertThat(said.toString()).contains("report.signing-key-file", "is not there");
        assertThat(scene.folder().resolve("reports/nightly/exports")).doesNotExist();
    }

    @Test
    void aReportThatIsNotInOrderProvesNothing() throws Exception {
        Scene.Report report = scene.listed(1).runs(ExitCode.OK);
        Path export = export("2026-03-01", "2026-03-31");
        Files.writeString(
                report.folder().resolve("customers.csv"),
                report.text("customers.csv").replace("OFFBOARDED", "HELD"));

        assertThat(verify(export)).isEqualTo(8);
        assertThat(said.toString())
                .contains("of which 0 stand in the reports")
                .contains("1 of 1 reports of the period were not given, or are not in order");
    }

    @Test
    void aPlanIsNoPartOfThePeriod() {
        scene.listed(1);
        scene.plan();

        Path export = export("2026-03-01", "2026-03-31");

        assertThat(ids(export)).isEmpty();
        assertThat(json(export.resolve("export.json")).get("reports")).isEmpty();
        assertThat(verify(export)).as(said.toString()).isZero();
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        String job = scene.jobFile().toString();

        assertThat(type("export", job, "--from", "2026-03-31", "--to", "2026-03-01"))
                .isEqualTo(2);
        assertThat(said.toString()).contains("--to: 2026-03-01 is before 2026-03-31");
        assertThat(type("export", job, "--from", "2026-03-31")).isEqualTo(2);
        assertThat(type("export", job, "--from", "31.3.2026", "--to", "2026-04-30"))
                .isEqualTo(2);
        assertThat(said.toString())
                .contains("'--from': 31.3.2026 is not a date: write year-month-day, like 2027-01-15")
                .doesNotContain("java.");
        assertThat(type("export", job, "--from", "2026-03-01", "--to", "2026-03-02", "--sample", "3"))
                .isEqualTo(2);
        assertThat(said.toString()).contains("--seed");
        assertThat(type("export", job, "--from", "2026-03-01", "--to", "2026-03-02", "--sample", "0", "--seed", "x"))
                .isEqualTo(2);
        assertThat(said.toString()).contains("--sample: 0 is not a number of customers");
        assertThat(scene.folder().resolve("reports/nightly/exports")).doesNotExist();
    }

    /** On all nights of the period it was only found unchanged, and its case is another job's by now. */
    @Test
    void whoWasOnlyFoundUnchangedInThePeriodIsInTheExportAsWell() {
        scene.with("job", "old").listed(1);
        scene.subscription(1, "marketplace", "active");
        scene.runs(ExitCode.OK);
        nextDay();
        Path night = scene.runs(ExitCode.OK).folder();

        Path export = export("2026-03-11", "2026-03-11");

        assertThat(ids(export)).containsExactly(id(1));
        assertThat(row(export, 1)).containsEntry("state", "MARKED").containsEntry("hold_reason", "MARKETPLACE");
        assertThat(row(export, 1).get("report_manifest_sha256")).isEqualTo(hash(night));
        assertThat(verify(export, night)).as(said.toString()).isZero();

        scene.with("job", "new");
        assertThat(type("adopt", scene.jobFile().toString(), "--job", "old", "--reason", "renamed", "--by", "Ada"))
                .as(said.toString())
                .isZero();
        scene.with("job", "old");
        Path after = export("2026-03-11", "2026-03-11");
        assertThat(ids(after)).containsExactly(id(1));
        assertThat(verify(after, night)).as(said.toString()).isZero();
    }

    /** Closed cases go along, too, and of both jobs the export said that cases and reports do not balance: exit code 8, and nothing was wrong. */
    @Test
    void whatAJobHadClosedBeforeItWasRenamedIsCountedWithItsOwnReports() {
        scene.with("job", "old").listed(1, 2);
        Path night = scene.runs(ExitCode.OK).folder();
        scene.with("job", "new");
        Adoption.Result adopted = new Adoption(scene.read(), scene.folder().resolve(".offboarding"), scene.clock)
                .adopt(new Adoption.Request("old", null, "renamed", "Ada"));
        assertThat(adopted.exitCode()).as("%s", adopted.lines()).isEqualTo(ExitCode.OK);
        nextDay();
        Path next = scene.listed(3).runs(ExitCode.OK).folder();

        Path ofTheNewName = export("2026-03-01", "2026-03-31");
        assertThat(ids(ofTheNewName)).containsExactly(id(1), id(2), id(3));
        assertThat(verify(ofTheNewName, next)).as(said.toString()).isZero();
        scene.with("job", "old");
        assertThat(verify(export("2026-03-01", "2026-03-31"), night))
                .as(said.toString())
                .isZero();
    }
}

package dev.offboarding.jobfile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.offboarding.lists.Identifier;
import dev.offboarding.plan.Share;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.platform.partnercenter.PartnerCenterSettings;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Period;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobFileReaderTest {
    private static final Map<String, String> SECRET = Map.of("PARTNER_CENTER_CLIENT_SECRET", "hunter2");

    @TempDir
    Path folder;

    JobFiles files;

    @BeforeEach
    void aFolderForJobFiles() {
        files = new JobFiles(folder);
    }

    // --- keys

    @Test
    void anUnknownKeyIsNamedWithItsLineWhatIsAllowedThereAndWhatWasMeant() {
        assertThat(files.problems(JobFiles.REQUIRED + "  limits:\n    max-shar: 5%\n"))
                .containsExactly(
                        "x.yaml, line 8: offboarding.limits.max-shar: unknown key; allowed here: max-customers,"
                                + " max-share, floor, per-30-days; did you mean max-share?");
    }

    @Test
    void aKeyInTheWrongSectionIsToldWhereItBelongs() {
        assertThat(files.problems(JobFiles.REQUIRED + "  max-customers: 3\n"))
                .singleElement()
                .asString()
                .startsWith("x.yaml, line 7: offboarding.max-customers: unknown key; allowed here: job, zone,")
                .endsWith("did you mean offboarding.limits.max-customers?");
    }

    @Test
    void anUnknownSectionIsOneProblemWhateverIsBelowIt() {
        assertThat(files.problems(JobFiles.REQUIRED + "  mail:\n    to: [a, b]\n    server: { name: x }\n"))
                .singleElement()
                .asString()
                .startsWith("x.yaml, line 7: offboarding.mail: unknown key; allowed here: ");
    }

    @Test
    void theValueOfAnUnknownKeyIsNotShownBecauseItMayBeASecret() {
        assertThat(files.problems(JobFiles.REQUIRED + "  passwrod: hunter2\n"))
                .singleElement()
                .asString()
                .contains("offboarding.passwrod")
                .doesNotContain("hunter2");
    }

    @Test
    void whatThisProgramReadsOfSpringsKeysCounts() {
        var loaded = files.load(JobFiles.REQUIRED
                + "Spring.dataSource: { url: 'jdbc:postgresql://db/x', hikari: { maximum_pool_size: 5, data-source-properties: { a: b } } }\n"
                + "spring.flyway.user: owner\nlogging: { level: { root: warn, dev.offboarding.run: DEBUG } }\n");

        assertThat(loaded.environment().getProperty("Spring.dataSource.url")).isEqualTo("jdbc:postgresql://db/x");
        assertThat(loaded.environment().getProperty("logging.level.root")).isEqualTo("warn");
    }

    /** Incident 34: an empty embedded database took the list out of the inbox, where another database was meant. */
    @Test
    void aMistypedKeyOfSpringsIsAnErrorAndDoesNotStartAnEmptyDatabase() {
        assertThat(files.problems(JobFiles.REQUIRED + "sprnig:\n  datasource:\n    url: jdbc:postgresql://db/x\n"))
                .containsExactly(
                        "x.yaml, line 7: sprnig: unknown key; allowed here: logging, offboarding, spring; did you mean spring?");
        assertThat(files.problems(JobFiles.REQUIRED + "sprnig.datasource.url: jdbc:postgresql://db/x\n"))
                .containsExactly(
                        "x.yaml, line 7: sprnig: unknown key; allowed here: logging, offboarding, spring; did you mean spring?");
        assertThat(files.problems(JobFiles.REQUIRED + "spring:\n  datasource:\n    urll: jdbc:postgresql://db/x\n"))
                .containsExactly(
                        "x.yaml, line 8: spring.datasource.url: is missing; write jdbc:postgresql://host:5432/name, or take out all of spring.datasource to use the embedded database",
                        "x.yaml, line 9: spring.datasource.urll: unknown key; allowed here: hikari, password, url, username; did you mean url?");
        assertThat(files.problems(JobFiles.REQUIRED + "spring.datasuorce.url: jdbc:postgresql://db/x\n"))
                .containsExactly(
                        "x.yaml, line 7: spring.datasuorce: unknown key; allowed here: datasource, flyway; did you mean datasource?");
        assertThat(files.problems(JobFiles.REQUIRED
                        + "spring.datasource: { url: 'jdbc:postgresql://db/x', hikari: { max-pool-size: 3 } }\n"))
                .singleElement()
                .asString()
                .startsWith("x.yaml, line 7: spring.datasource.hikari.max-pool-size: unknown key; allowed here: ");
        assertThat(files.problems(JobFiles.REQUIRED + "spring.datasource: jdbc:postgresql://db/x\n"))
                .contains(
                        "x.yaml, line 7: spring.datasource: takes keys below it, no value: hikari, password, url, username");
        assertThat(files.problems(JobFiles.REQUIRED + "spring.flyway.usr: owner\nmine: 1\n"))
                .containsExactly(
                        "x.yaml, line 7: spring.flyway.usr: unknown key; allowed here: password, user; did you mean user?",
                        "x.yaml, line 8: mine: unknown key; allowed here: logging, offboarding, spring");
    }

    @Test
    void aDatabaseWithoutItsAddressIsAnErrorWhereverTheRestOfItStands() {
        assertThat(files.problems(JobFiles.REQUIRED + "spring.datasource: { username: x, url: '' }\n"))
                .containsExactly(
                        "x.yaml, line 7: spring.datasource.url: is missing; write jdbc:postgresql://host:5432/name, or take out all of spring.datasource to use the embedded database");
        assertThat(files.problems(JobFiles.REQUIRED, Map.of("SPRING_DATASOURCE_PASSWORD", "hunter2")))
                .containsExactly(
                        "x.yaml: spring.datasource.url: is missing beside spring.datasource.password, which an environment variable or a system property sets; write jdbc:postgresql://host:5432/name, or take out all of spring.datasource to use the embedded database");
        files.load(
                JobFiles.REQUIRED + "spring.datasource.username: x\n",
                Map.of("SPRING_DATASOURCE_URL", "jdbc:postgresql://db/x"));
    }

    @Test
    void aLogLevelThatIsNoneIsAnError() {
        assertThat(files.problems(JobFiles.REQUIRED + "logging.level.root: loud\n"))
                .containsExactly(
                        "x.yaml, line 7: logging.level.root: \"loud\" is not a log level; allowed: trace, debug, info, warn, error, off");
        assertThat(files.problems(JobFiles.REQUIRED + "logging: { file: x }\n"))
                .containsExactly("x.yaml, line 7: logging.file: unknown key; allowed here: level");
    }

    @Test
    void everythingThatIsWrongIsReportedAtOnceInTheOrderOfTheLines() {
        assertThat(files.problems("""
                        offboarding:
                          job: a/b
                          zone: Mars
                          list: { csv: { inbox: inbox } }
                          platform: ledger
                          limits: { floor: x, max-customers: -1 }
                        """))
                .extracting(problem -> problem.replaceAll("(x.yaml, line \\d+: [a-z.-]+).*", "$1"))
                .containsExactly(
                        "x.yaml, line 1: offboarding.protected-customers",
                        "x.yaml, line 2: offboarding.job",
                        "x.yaml, line 3: offboarding.zone",
                        "x.yaml, line 6: offboarding.limits.floor",
                        "x.yaml, line 6: offboarding.limits.max-customers");
    }

    @ParameterizedTest
    @ValueSource(strings = {"maxCustomers", "max_customers", "MAX-CUSTOMERS", "max-customers"})
    void aKeyMayBeSpelledAsElsewhereInSpringBoot(String key) {
        assertThat(files.load(JobFiles.REQUIRED + "  limits: { " + key + ": 7 }\n")
                        .jobFile()
                        .limits()
                        .maxCustomers())
                .isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "  job: other|offboarding.job: is here twice, first on line 2; keep one of them",
                "  limits: { max-share: 1%, maxShare: 2% }|offboarding.limits.maxShare: is here twice, first on line 7; keep one of them",
                "offboarding.job: other|offboarding.job: is here twice, first on line 2; keep one of them",
            })
    void aKeyThatStandsTwiceIsRefusedHoweverItIsSpelled(String line, String problem) {
        assertThat(files.problems(JobFiles.REQUIRED + line + "\n")).containsExactly("x.yaml, line 7: " + problem);
    }

    @Test
    void theKeysMayBeWrittenInOneLineEach() {
        var loaded = files.load("""
                offboarding.job: nightly
                offboarding.list.csv.file: a.csv
                offboarding.platform: ledger
                offboarding.protected-customers: none
                offboarding.identity: domain
                """);

        assertThat(requireNonNull(loaded.jobFile().list().csv()).file()).isEqualTo(Path.of("a.csv"));
        assertThat(loaded.jobFile().identity()).containsExactly(Identifier.DOMAIN);
    }

    @Test
    void aSectionWhoseKeysAreAllCommentedOutIsOneThatIsNotThere() {
        assertThat(files.load(JobFiles.REQUIRED + "  limits:\n    # max-customers: 5\n")
                        .jobFile()
                        .limits()
                        .maxCustomers())
                .isEqualTo(25);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ~", " \"\"", " ' '", " ${EMPTY}"})
    void aKeyWithoutAValueDoesNotQuietlyMeanTheDefault(String nothing) {
        assertThat(files.problems(
                        JobFiles.REQUIRED + "  limits:\n    max-customers:" + nothing + "\n", Map.of("EMPTY", "")))
                .containsExactly(
                        "x.yaml, line 8: offboarding.limits.max-customers: has no value; write one, or take the key out");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "schedule: 0 30 3 * * *|offboarding.schedule: takes keys below it, no value: cron, catch-up",
                "limits: [ 1 ]|offboarding.limits: takes keys below it, no value: max-customers, max-share, floor, per-30-days",
                "reports: { folder: x }|offboarding.reports: takes a value, no keys below it",
                "reports: [ a ]|offboarding.reports: takes one value, no list",
                "identity: []|offboarding.identity: has no value; write at least one",
                "identity: [ { a: b } ]|offboarding.identity: takes a value, no keys below it",
                "identity: [ [ domain ] ]|offboarding.identity: takes one list, no list of lists",
            })
    void aValueOfTheWrongShapeIsToldWhichShapeIsRight(String line, String problem) {
        assertThat(files.problems(JobFiles.REQUIRED + "  " + line + "\n"))
                .containsExactly("x.yaml, line 7: " + problem);
    }

    // --- values

    static Stream<Arguments> wrongValues() {
        return Stream.of(
                arguments(
                        "zone: Europe/Berln",
                        "zone: \"Europe/Berln\" is not a time zone; write a place's, like Europe/Berlin, or UTC; did you mean Europe/Berlin?"),
                arguments(
                        "zone: +02:00",
                        "zone: \"+02:00\" is not a time zone; write a place's, like Europe/Berlin, or UTC"),
                arguments(
                        "schedule: { cron: \"30 3 * * *\" }",
                        "schedule.cron: \"30 3 * * *\" is not a schedule; write six fields: second minute hour day month weekday, like \"0 30 3 * * *\" for half past three every night"),
                arguments("schedule: { cron: \"0 61 3 * * *\" }", "schedule.cron: \"0 61 3 * * *\" is not a schedule"),
                arguments(
                        "schedule: { cron: \"0 0 3 31 2 *\" }",
                        "schedule.cron: \"0 0 3 31 2 *\" never comes; there is no such day"),
                arguments(
                        "schedule: { cron: \"0 30 3 * * *\", catch-up: yes }",
                        "schedule.catch-up: \"yes\" is neither true nor false"),
                arguments(
                        "schedule: { catch-up: true }",
                        "schedule.cron: is missing; write when the job runs, like \"0 30 3 * * *\""),
                arguments("schedule: { cron: \"@daily\" }", "schedule.cron: \"@daily\" is not a schedule"),
                arguments(
                        "limits: { max-customers: all }",
                        "limits.max-customers: \"all\" is not a whole number, or is too large; write digits only, like 25"),
                arguments(
                        "limits: { max-customers: 3000000000 }",
                        "limits.max-customers: \"3000000000\" is not a whole number, or is too large"),
                arguments("limits: { max-customers: 2.5 }", "limits.max-customers: \"2.5\" is not a whole number"),
                arguments("limits: { max-customers: 0x19 }", "limits.max-customers: \"0x19\" is not a whole number"),
                arguments(
                        "limits: { max-customers: -1 }",
                        "limits.max-customers: \"-1\" is not allowed; write 0 or more; 0 means none, and there is no unlimited"),
                arguments("limits: { floor: -1 }", "limits.floor: \"-1\" is not allowed; write 0 or more"),
                arguments(
                        "limits: { max-share: 0.05 }",
                        "limits.max-share: \"0.05\" is not a percentage; write it with its sign, like 5% or 12.5%"),
                arguments(
                        "limits: { max-share: 5 }",
                        "limits.max-share: \"5\" is not a percentage; write it with its sign, like 5% or 12.5%"),
                arguments("limits: { per-30-days: 101% }", "limits.per-30-days: \"101%\" is not between 0% and 100%"),
                arguments(
                        "identity: [domain, name]",
                        "identity: \"domain, name\" is not allowed; allowed: domain, company-name"),
                arguments("identity: none", "identity: \"none\" is not allowed; allowed: domain, company-name"),
                arguments(
                        "verification: { first-after: fast }",
                        "verification.first-after: \"fast\" is not a duration; write 10s, 2m, 1h"),
                arguments(
                        "verification: { first-after: 2 }",
                        "verification.first-after: \"2\" is not a duration; write 10s, 2m, 1h"),
                arguments("verification: { first-after: -2m }", "verification.first-after: \"-2m\" is not a duration"),
                arguments(
                        "verification: { first-after: PT-2M }",
                        "verification.first-after: \"PT-2M\" is not a duration"),
                arguments(
                        "verification: { give-up-after: 0s }",
                        "verification.give-up-after: \"0s\" is not allowed; write more than 0, like 15m"),
                arguments("grace-period: 30", "grace-period: \"30\" is not a number of days; write 0d or 30d"),
                arguments("grace-period: -3d", "grace-period: \"-3d\" is not a number of days"),
                arguments("grace-period: 1m", "grace-period: \"1m\" is not a number of days"),
                arguments("remind-after: 2w", "remind-after: \"2w\" is not a number of days"),
                arguments(
                        "remind-after: 0d", "remind-after: \"0d\" would send a reminder every night; write 1d or more"),
                arguments(
                        "report: { file-mode: rw-r----- }",
                        "report.file-mode: \"rw-r-----\" is not a mode; write three digits from 0 to 7, for owner, group and others, like 0640"),
                arguments("report: { file-mode: 2640 }", "report.file-mode: \"2640\" is not a mode"),
                arguments("report: { folder-mode: 0780 }", "report.folder-mode: \"0780\" is not a mode"),
                arguments(
                        "report: { file-mode: 0646 }",
                        "report.file-mode: \"0646\" is not allowed; write 6 for the owner, 0, 4 or 6 for the group and 0 or 4 for others, like 0640"),
                arguments("report: { file-mode: 0620 }", "report.file-mode: \"0620\" is not allowed"),
                arguments("report: { file-mode: 0750 }", "report.file-mode: \"0750\" is not allowed"),
                arguments("report: { file-mode: 0440 }", "report.file-mode: \"0440\" is not allowed"),
                arguments(
                        "report: { folder-mode: 0640 }",
                        "report.folder-mode: \"0640\" is not allowed; write 7 for the owner, 0 to 7 for the group and 0, 1, 4 or 5 for others, like 0750"),
                arguments("report: { folder-mode: 0777 }", "report.folder-mode: \"0777\" is not allowed"),
                arguments("approval: yes", "approval: \"yes\" is not allowed; allowed: none, required"),
                arguments(
                        "metrics: { file: metrics/nightly.txt }",
                        "metrics.file: \"metrics/nightly.txt\" does not end in .prom, and node_exporter reads no other; write metrics/nightly.txt.prom"),
                // incident 53
                arguments(
                        "max-duration: P999999999999D",
                        "max-duration: \"P999999999999D\" is longer than 36500 days; write less"),
                arguments(
                        "max-duration: P999999999999999999D",
                        "max-duration: \"P999999999999999999D\" is not a duration; write 10s, 2m, 1h"),
                arguments(
                        "max-duration: 999999999d",
                        "max-duration: \"999999999d\" is longer than 36500 days; write less"),
                arguments("grace-period: 999999d", "grace-period: \"999999d\" is longer than 36500 days; write less"),
                arguments("max-duration: 0s", "max-duration: \"0s\" is not allowed; write more than 0, like 4h"),
                arguments(
                        "ledger: { url: \"jdbc:h2:mem:x\" }",
                        "ledger.url: its value is not the address of a PostgreSQL database; write jdbc:postgresql://host:5432/name"),
                arguments(
                        "ledger: { username: x }",
                        "ledger.username: does nothing without offboarding.ledger.url; write the url too, or take this out to use the job's own database"),
                arguments(
                        "partner-center: { in-flight: 0 }",
                        "partner-center.in-flight: \"0\" is not allowed; write 1 or more"),
                arguments(
                        "partner-center: { requests-per-minute: 0 }",
                        "partner-center.requests-per-minute: \"0\" is not allowed; write 1 or more"),
                arguments(
                        "partner-center: { connect-timeout: 0s }",
                        "partner-center.connect-timeout: \"0s\" is not allowed; write more than 0, like 10s"),
                arguments(
                        "partner-center: { read-timeout: 0s }",
                        "partner-center.read-timeout: \"0s\" is not allowed; write more than 0, like 100s"),
                arguments(
                        "partner-center: { tenant-id: common }",
                        "partner-center.tenant-id: \"common\" is not allowed; write your own tenant's GUID; one of its domains will do if every job writes the same one"),
                arguments(
                        "partner-center: { client-id: my-app }",
                        "partner-center.client-id: \"my-app\" is not allowed; write the application's id, a GUID like 11111111-2222-3333-4444-555555555555"),
                arguments(
                        "partner-center: { new-commerce: suspend }",
                        "partner-center.new-commerce: \"suspend\" is not allowed; allowed: hold, end-at-term, cancel"),
                arguments(
                        "partner-center: { account: indirect-reseller }",
                        "partner-center.account: \"indirect-reseller\" is not allowed; allowed: direct, indirect-provider. An indirect reseller cannot remove relationships: ask your indirect provider to do it"),
                arguments(
                        "partner-center: { account: indirect-provider, resellers: [\"0012345\"] }",
                        "partner-center.resellers: \"0012345\" is not a list of partner ids; write them like [1234567, 7654321]"),
                arguments(
                        "partner-center: { account: direct, resellers: [1234567] }",
                        "partner-center.resellers: is for account: indirect-provider only; take it out, or write that account"),
                arguments(
                        "partner-center: { client-key-file: k.pem }",
                        "partner-center.client-certificate-file: is missing; a certificate and its private key belong together"),
                arguments(
                        "partner-center: { client-secret: \"${SET}\", client-key-file: k.pem, client-certificate-file: c.pem }",
                        "partner-center.client-secret: is given beside a certificate; the application signs in with one of them, so take the other out"));
    }

    @ParameterizedTest
    @MethodSource("wrongValues")
    void aWrongValueIsNamedWithKeyAndLineAndWithWhatIsAllowed(String line, String problem) {
        assertThat(files.problems(JobFiles.REQUIRED + "  " + line + "\n", Map.of("SET", "hunter2")))
                .singleElement()
                .asString()
                .startsWith("x.yaml, line 7: offboarding." + problem)
                .doesNotContain("hunter2");
    }

    @Test
    void howADatabaseMayAskForAPasswordIsOneOfTheDriversWays() {
        assertThat(files.problems(JobFiles.REQUIRED + "  database: { require-auth: scram }\n"))
                .singleElement()
                .asString()
                .contains("offboarding.database.require-auth: \"scram\" is not a way to ask for a password");
        assertThat(files.load(JobFiles.REQUIRED + "  database: { tls: none, require-auth: \"scram-sha-256,md5\" }\n")
                        .jobFile()
                        .database())
                .isEqualTo(new DatabaseSecurity(DatabaseSecurity.Tls.NONE, "scram-sha-256,md5"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a/b",
                "..",
                ".hidden",
                "-rf",
                "_nightly",
                "a b",
                "a\\b",
                "$(reboot)",
                "ä",
                "x2345678901234567890123456789012345678901234567890123456789012345"
            })
    void aJobsNameIsFitForAFolder(String name) {
        assertThat(files.problems(JobFiles.REQUIRED.replace("nightly-csv", name)))
                .singleElement()
                .asString()
                .startsWith("x.yaml, line 2: offboarding.job: \"" + name + "\" is not allowed; it names a folder;");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"a\\nb\"", "\"a\\e[31mb\"", "|\n    a\n    b"})
    void aJobsNameOfSeveralLinesIsShownInOne(String written) {
        assertThat(files.problems(JobFiles.REQUIRED.replace("nightly-csv", written)))
                .singleElement()
                .asString()
                .contains("is not allowed; it names a folder;")
                .doesNotContainPattern("\\p{Cntrl}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nightly",
                "2024",
                "010",
                "no",
                "A.b_c-d",
                "x234567890123456789012345678901234567890123456789012345678901234"
            })
    void aJobsNameIsTakenAsItIsWritten(String name) {
        assertThat(files.load(JobFiles.REQUIRED.replace("nightly-csv", name))
                        .jobFile()
                        .job())
                .isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://api.example.org",
                "http://127.0.0.1.example.org",
                "http://128.0.0.1",
                "http://0.0.0.0",
                "http://[::2]",
                "http://localhost.example.org",
                "http://10.0.0.1"
            })
    void plainHttpGoesToThisMachineOnly(String url) {
        assertThat(files.problems(JobFiles.REQUIRED + "  partner-center: { api-url: \"" + url + "\" }\n"))
                .containsExactly(
                        "x.yaml, line 7: offboarding.partner-center.api-url: \"" + url
                                + "\" is not encrypted; write https://, plain http goes to this machine only (localhost, 127.0.0.1, [::1])");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8080",
                "http://127.255.0.9",
                "http://localhost:1",
                "http://[::1]:8080",
                "https://x.example.org/api",
                "HTTPS://x"
            })
    void httpsGoesAnywhereAndPlainHttpToThisMachine(String url) {
        for (String key : new String[] {"api-url", "login-url", "graph-url"}) {
            var settings = partnerCenter(JobFiles.PARTNER_CENTER + "    " + key + ": \"" + url + "/\"\n", SECRET);

            assertThat(Stream.of(settings.apiUrl(), settings.loginUrl(), settings.graphUrl()))
                    .contains(URI.create(url));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://u:hunter2@h", "https://h?key=hunter2", "https://h#hunter2"})
    void anAddressHasNoUserQueryOrFragmentAndIsThenNotShown(String url) {
        assertThat(files.problems(JobFiles.REQUIRED + "  partner-center: { login-url: \"" + url + "\" }\n"))
                .containsExactly(
                        "x.yaml, line 7: offboarding.partner-center.login-url: its value has more in it than scheme,"
                                + " host, port and path; take out user, ? and #");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api.example.org",
                "ftp://h",
                "https:///x",
                "https://a b",
                "file:/etc/passwd",
                "https://h:99999",
                "http://127.1",
                "http://127.0.0.256"
            })
    void whatIsNoWebAddressIsRefused(String url) {
        assertThat(files.problems(JobFiles.REQUIRED + "  partner-center: { graph-url: \"" + url + "\" }\n"))
                .containsExactly("x.yaml, line 7: offboarding.partner-center.graph-url: \"" + url
                        + "\" is not a web address; write https://host");
    }

    @Test
    void whatIsWrittenIsWhatCounts() {
        var jobFile =
                files.load(JobFiles.REQUIRED + """
                                  zone: America/New_York
                                  limits: { max-customers: 0, max-share: 12.5%, floor: 0, per-30-days: 100% }
                                  identity: [company-name]
                                  verification: { first-after: 0s, give-up-after: PT1H }
                                  grace-period: 30d
                                  approval: required
                                  reports: /var/reports
                                  max-duration: 4h
                                  ledger: { url: "jdbc:postgresql://db/ledger", username: reader, password: "${LEDGER}" }
                                """, Map.of("LEDGER", "hunter2")).jobFile();

        assertThat(jobFile.zone().getId()).isEqualTo("America/New_York");
        assertThat(jobFile.limits().maxShare()).isEqualTo(Share.parse("12.5%"));
        assertThat(jobFile.limits().floor()).isZero();
        assertThat(jobFile.limits().per30Days()).isEqualTo(Share.parse("100%"));
        assertThat(jobFile.identity()).containsExactly(Identifier.COMPANY_NAME);
        assertThat(jobFile.verification().firstAfter()).isZero();
        assertThat(jobFile.verification().giveUpAfter()).isEqualTo(Duration.ofHours(1));
        assertThat(jobFile.gracePeriod()).isEqualTo(Period.ofDays(30));
        assertThat(jobFile.approval()).hasToString("REQUIRED");
        assertThat(jobFile.reports()).isEqualTo(Path.of("/var/reports"));
        assertThat(jobFile.maxDuration()).isEqualTo(Duration.ofHours(4));
        assertThat(jobFile.ledger().password()).isEqualTo("hunter2");
        assertThat(jobFile.platform()).isEqualTo(PlatformName.LEDGER);
    }

    @Test
    void aGracePeriodMayBeWrittenAsAnIsoPeriodOfDays() {
        assertThat(files.load(JobFiles.REQUIRED + "  grace-period: P3D\n")
                        .jobFile()
                        .gracePeriod())
                .isEqualTo(Period.ofDays(3));
    }

    /** Incident 8: a cap of 0 was read as no cap. */
    @Test
    void theCapOfZeroIsNotSkippedItMeansNone() {
        assertThat(files.load(JobFiles.REQUIRED + "  limits: { max-customers: 0 }\n")
                        .jobFile()
                        .limits()
                        .maxCustomers())
                .isZero();
        assertThat(files.problems(JobFiles.REQUIRED + "  limits: { max-customers: unlimited }\n"))
                .hasSize(1);
    }

    /** Incident 14: a protection that was mistyped, or forgotten, did not protect. */
    @Test
    void aProtectionThatWasForgottenIsAnErrorAndOnlyNoneMeansNone() {
        assertThat(files.problems(JobFiles.REQUIRED.replace("  protected-customers: protected-customers.csv\n", "")))
                .containsExactly(
                        "x.yaml, line 1: offboarding.protected-customers: is missing; write the CSV file of the"
                                + " customers that must never be offboarded, or none if there are no such");
        assertThat(files.problems(JobFiles.REQUIRED.replace("protected-customers.csv", "")))
                .containsExactly(
                        "x.yaml, line 6: offboarding.protected-customers: has no value; write one, or take the key out");
        assertThat(files.problems(JobFiles.REQUIRED.replace("protected-customers:", "protected-customer:")))
                .anySatisfy(problem -> assertThat(problem).contains("did you mean protected-customers?"))
                .anySatisfy(problem -> assertThat(problem).contains("offboarding.protected-customers: is missing"));
        assertThat(protectedBy("none")).isNull();
        assertThat(protectedBy("nome")).isEqualTo(Path.of("nome"));
        assertThat(protectedBy("./none")).isEqualTo(Path.of("./none"));
    }

    private PartnerCenterSettings partnerCenter(String yaml, Map<String, String> variables) {
        return requireNonNull(files.load(yaml, variables).jobFile().partnerCenter());
    }

    private @Nullable Path protectedBy(String value) {
        return files.load(JobFiles.REQUIRED.replace("protected-customers.csv", value))
                .jobFile()
                .protectedCustomers();
    }

    // --- keys that belong together

    @Test
    void aJobHasExactlyOneList() {
        String csv = "    csv: { inbox: inbox }\n";
        assertThat(files.problems(JobFiles.REQUIRED.replace("  list:\n" + csv, "")))
                .singleElement()
                .asString()
                .startsWith("x.yaml, line 1: offboarding.list: is missing; write where the list comes from");
        assertThat(files.problems(JobFiles.REQUIRED.replace(csv, csv + "    database: { query: select 1 }\n")))
                .containsExactly(
                        "x.yaml, line 3: offboarding.list: has csv and database; a job has one list, so take one of them out");
        assertThat(files.problems(JobFiles.REQUIRED.replace(csv, "    csv: { inbox: a, file: b }\n")))
                .containsExactly("x.yaml, line 4: offboarding.list.csv: has inbox and file; take one of them out");
        assertThat(files.problems(JobFiles.REQUIRED.replace(csv, "    csv: {}\n")))
                .singleElement()
                .asString()
                .startsWith("x.yaml, line 3: offboarding.list: is missing");
    }

    @Test
    void aDatabaseListNeedsAQueryAndAnEndThatKnowsItsCustomer() {
        assertThat(files.problems(database("done: update t set x = 1 where id = :customer_id")))
                .containsExactly(
                        "x.yaml, line 4: offboarding.list.database.query: is missing; write the SELECT whose rows are the list");
        assertThat(files.problems(database("query: ' '")))
                .containsExactly(
                        "x.yaml, line 4: offboarding.list.database.query: has no value; write one, or take the key out");
        assertThat(files.problems(database("query: select 1, done: update t set x = :customer_ids")))
                .singleElement()
                .asString()
                .startsWith("x.yaml, line 4: offboarding.list.database.done: has no :customer_id in it");
        assertThat(files.problems(database("query: select 1, password: hunter2")))
                .singleElement()
                .asString()
                .startsWith(
                        "x.yaml, line 4: offboarding.list.database.password: does nothing without offboarding.list.database.url")
                .doesNotContain("hunter2");
        assertThat(files.load(database("query: select 1, done: update t set x = 1 where id = :customer_id"))
                        .jobFile()
                        .list()
                        .database())
                .isNotNull();
    }

    private static String database(String keys) {
        return JobFiles.REQUIRED.replace("csv: { inbox: inbox }", "database: { " + keys + " }");
    }

    @Test
    void partnerCenterNeedsToKnowWhoSignsIn() {
        assertThat(files.problems(JobFiles.REQUIRED.replace("ledger", "partner-center")))
                .containsExactly(
                        "x.yaml, line 1: offboarding.partner-center.tenant-id: is missing; write your own tenant's GUID; one of its domains will do if every job writes the same one",
                        "x.yaml, line 1: offboarding.partner-center.client-id: is missing; write the id of the application that signs in, a GUID",
                        "x.yaml, line 1: offboarding.partner-center.client-secret: is missing; set the environment variable"
                                + " PARTNER_CENTER_CLIENT_SECRET, or write client-certificate-file and client-key-file");
    }

    @Test
    void theSecretMayComeFromItsOwnVariableFromAnotherOrBeACertificate() {
        assertThat(partnerCenter(JobFiles.PARTNER_CENTER, SECRET).clientSecret())
                .isEqualTo("hunter2");
        assertThat(partnerCenter(JobFiles.PARTNER_CENTER + "    client-secret: ${OTHER}\n", Map.of("OTHER", " x "))
                        .clientSecret())
                .isEqualTo(" x ");
        var certificate = partnerCenter(
                JobFiles.PARTNER_CENTER + "    client-certificate-file: c.pem\n    client-key-file: k.pem\n", SECRET);
        assertThat(certificate.clientSecret()).isNull();
        assertThat(certificate.clientCertificateFile()).isEqualTo(Path.of("c.pem"));
        assertThat(certificate.clientKeyFile()).isEqualTo(Path.of("k.pem"));
    }

    @Test
    void onTheLedgerTheKeysOfPartnerCenterAreCheckedAndNotUsed() {
        assertThat(files.load(JobFiles.REQUIRED + "  partner-center: { in-flight: 3 }\n")
                        .jobFile()
                        .partnerCenter())
                .isNull();
        assertThat(files.problems(JobFiles.REQUIRED + "  partner-center: { in-flight: 0 }\n"))
                .hasSize(1);
    }

    // --- the environment

    @Test
    void anEnvironmentVariableStandsInPlaceOfAKey() {
        var jobFile = files.load(
                        JobFiles.REQUIRED + "  reports: here\n",
                        Map.of(
                                "OFFBOARDING_LIMITS_MAX_CUSTOMERS", "7",
                                "OFFBOARDING_LIMITS_MAXSHARE", "1%",
                                "OFFBOARDING_REPORTS", "there",
                                "OFFBOARDING_IDENTITY", "domain"))
                .jobFile();

        assertThat(jobFile.limits().maxCustomers()).isEqualTo(7);
        assertThat(jobFile.limits().maxShare()).isEqualTo(Share.parse("1%"));
        assertThat(jobFile.reports()).isEqualTo(Path.of("there"));
        assertThat(jobFile.identity()).containsExactly(Identifier.DOMAIN);
    }

    @Test
    void aWrongValueInAnEnvironmentVariableNamesTheVariable() {
        assertThat(files.problems(JobFiles.REQUIRED, Map.of("OFFBOARDING_LIMITS_MAX_CUSTOMERS", "all")))
                .containsExactly(
                        "x.yaml: offboarding.limits.max-customers (from the environment variable"
                                + " OFFBOARDING_LIMITS_MAX_CUSTOMERS): \"all\" is not a whole number, or is too large; write digits only, like 25");
    }

    @Test
    void variablesOfOthersThatBeginLikeOursDoNotBreakARun() {
        var jobFile = files.load(
                        JobFiles.REQUIRED + "  reports: ${OFFBOARDING}/reports\n",
                        Map.of(
                                "OFFBOARDING", "/srv/offboarding",
                                "OFFBOARDING_HOME", "/srv",
                                "OFFBOARDING_LIST", "x",
                                "OFFBOARDING_LIMITS", "x"))
                .jobFile();

        assertThat(jobFile.reports()).isEqualTo(Path.of("/srv/offboarding/reports"));
        assertThat(jobFile.partnerCenter()).isNull();
    }

    @Test
    void aVariableThatIsNotSetIsNamedWithKeyAndLine() {
        assertThat(files.problems(JobFiles.REQUIRED
                        + "  ledger:\n    url: jdbc:postgresql://h/d\n    password: ${LEDGER_PASSWORD}\n"))
                .containsExactly(
                        "x.yaml, line 9: offboarding.ledger.password: the environment variable LEDGER_PASSWORD is not set;"
                                + " set it before the program is started");
        assertThat(files.problems(JobFiles.REQUIRED
                        + "spring:\n  datasource:\n    url: jdbc:postgresql://db/x\n    password: ${DB_PASSWORD}\n"))
                .containsExactly(
                        "x.yaml, line 10: spring.datasource.password: the environment variable DB_PASSWORD is not set;"
                                + " set it before the program is started");
    }

    @Test
    void aVariableThatIsNotSetDoesNotMatterWhereAnotherStandsInItsPlaceOrThereIsADefault() {
        String yaml = JobFiles.REQUIRED
                + "  reports: ${NOPE}\n  approval: ${NOPE:required}\nspring.datasource: { url: 'jdbc:postgresql://db/x', password: '${NOPE}' }\n";
        var jobFile = files.load(yaml, Map.of("OFFBOARDING_REPORTS", "there", "SPRING_DATASOURCE_PASSWORD", "x"))
                .jobFile();

        assertThat(jobFile.reports()).isEqualTo(Path.of("there"));
        assertThat(jobFile.approval()).hasToString("REQUIRED");
    }

    @Test
    void whatAVariableStandsForIsNotShownEvenUnderAKeyThatIsNoSecret() {
        assertThat(files.problems(JobFiles.REQUIRED + "  approval: ${SECRET}\n", Map.of("SECRET", "hunter2")))
                .containsExactly(
                        "x.yaml, line 7: offboarding.approval: what \"${SECRET}\" stands for is not allowed; allowed: none, required");
        assertThat(files.problems(JobFiles.REQUIRED + "  approval: ${SECRET}\n", Map.of("SECRET", "a${hunter2}")))
                .singleElement()
                .asString()
                .startsWith("x.yaml, line 7: offboarding.approval: what its variable stands for has ${ in it")
                .doesNotContain("hunter2");
    }

    @Test
    void aDatabaseMayLetItsUserInWithoutAPassword() {
        assertThat(files.load(JobFiles.REQUIRED
                                + "  ledger: { url: \"jdbc:postgresql://h/d\", password: \"${PW:}\" }\n")
                        .jobFile()
                        .ledger()
                        .password())
                .isNull();
    }

    // --- the file

    static Stream<Arguments> unreadableFiles() {
        return Stream.of(
                arguments("", "x.yaml: is empty; a job file begins with offboarding:"),
                arguments("# nothing but a remark\n", "x.yaml: is empty; a job file begins with offboarding:"),
                arguments("---\n", "x.yaml: is empty; a job file begins with offboarding:"),
                arguments(
                        "- a\n- b\n",
                        "x.yaml, line 1: there have to be keys here, beginning with offboarding: in the first column"),
                arguments(
                        "hello\n",
                        "x.yaml, line 1: there have to be keys here, beginning with offboarding: in the first column"),
                arguments(
                        "offbording:\n  job: x\n",
                        "x.yaml: has no key offboarding: in the first column, under which a job file's keys are written; is it offbording: that is meant to be it?"),
                arguments("offboarding: x\n", "x.yaml, line 1: offboarding: there have to be keys below it, indented"),
                arguments("offboarding:\n", "x.yaml, line 1: offboarding: there have to be keys below it, indented"),
                arguments(
                        JobFiles.REQUIRED + "---\na: b\n",
                        "x.yaml, line 8: a second document begins here; one job per file, so take the --- before it out"),
                arguments("offboarding:\n\tjob: x\n", "x.yaml, line 2: a tab; indent with blanks"),
                arguments(
                        "offboarding:\n  job: x\n   list: y\n",
                        "x.yaml, line 3: a colon where none can be; check the indentation, and put quotes around a value with a colon"),
                arguments(
                        "offboarding:\n    job: x\n  list: y\n",
                        "x.yaml, line 3: the indentation does not fit the lines before; keys of one section begin in one column"),
                arguments(
                        "offboarding:\n  job: \"x\n",
                        "x.yaml, line 3: the file ends inside quotes or brackets; close them"),
                arguments(
                        "offboarding:\n  job: @x\n",
                        "x.yaml, line 2: a value that begins with this character needs quotes"),
                arguments(
                        "offboarding:\n  list: { csv: ${X} }\n",
                        "x.yaml, line 2: something is wrong inside { } or [ ]; a comma or a bracket is missing, or ${VARIABLE} has no quotes around it, which it needs there"),
                arguments(
                        "offboarding:\n  job: *hunter2\n",
                        "x.yaml, line 2: cannot be read as YAML; check indentation, quotes and colons"),
                arguments(
                        "offboarding:\n  job: !hunter2 x\n",
                        "x.yaml, line 2: offboarding.job: a value with ! before it is not supported; put quotes around it"),
                arguments("offboarding: &a\n  job: *a\n", "x.yaml, line 1: offboarding.job: contains itself"),
                arguments(
                        "offboarding:\n  ? [a]\n  : b\n",
                        "x.yaml, line 2: a key has to be a plain word; write each key out"),
                arguments(
                        "offboarding:\n  job: \u0000\n",
                        "x.yaml: cannot be read as YAML: too deep, too long, or with control characters in it"));
    }

    @ParameterizedTest
    @MethodSource("unreadableFiles")
    void aFileThatIsNoJobFileIsToldWhyInOneLineWithoutItsText(String text, String problem) {
        assertThat(files.problems(text)).containsExactly(problem);
    }

    @Test
    void aFileThatIsNotThereIsLookedForWhereItIsSaidToBeLookedFor() {
        assertThat(files.problems(new JobFileReader(Map.of()))).containsExactly("x.yaml: there is no such file");
    }

    @Test
    void aFolderIsNoJobFile() throws Exception {
        Files.createDirectory(files.file());

        assertThat(files.problems(new JobFileReader(Map.of())))
                .containsExactly("x.yaml: is a folder; write the job file in it");
    }

    @Test
    void aFileThatIsNotUtf8IsNotGuessedAt() throws Exception {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes("offboarding:\n  job: ".getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes("Müller".getBytes(StandardCharsets.ISO_8859_1));
        Files.write(files.file(), bytes.toByteArray());

        assertThat(files.problems(new JobFileReader(Map.of())))
                .containsExactly("x.yaml, line 2: is not UTF-8; save the file as UTF-8");

        Files.write(files.file(), new byte[] {'a', ':', ' ', (byte) 0xC3});
        assertThat(files.problems(new JobFileReader(Map.of())))
                .containsExactly("x.yaml, line 1: is not UTF-8; save the file as UTF-8");
    }

    @Test
    void aByteOrderMarkAndWindowsLineEndsDoNotMatter() {
        assertThat(files.load("\uFEFF" + JobFiles.REQUIRED.replace("\n", "\r\n"))
                        .jobFile())
                .isEqualTo(files.load(JobFiles.REQUIRED).jobFile());
    }

    @Test
    void theFilesFingerprintIsThatOfItsBytes() {
        assertThat(files.load(JobFiles.REQUIRED).sha256())
                .matches("[0-9a-f]{64}")
                .isEqualTo(files.load(JobFiles.REQUIRED).sha256())
                .isNotEqualTo(files.load(JobFiles.REQUIRED + "\n").sha256());
    }

    // --- warnings and secrets

    @Test
    void aKeyThatLostItsIndentationIsAnError() {
        assertThat(files.problems(JobFiles.REQUIRED + "limits:\n  max-customers: 3\n"))
                .containsExactly(
                        "x.yaml, line 7: limits: unknown key; allowed here: logging, offboarding, spring; if limits is meant to count, indent it below offboarding:");
    }

    @Test
    void moreCallsThanMicrosoftAllowsAreAWarning() {
        assertThat(files.load(JobFiles.PARTNER_CENTER + "    requests-per-minute: 500\n", SECRET)
                        .warnings())
                .isEmpty();
        assertThat(files.load(JobFiles.PARTNER_CENTER + "    requests-per-minute: 501\n", SECRET)
                        .warnings())
                .singleElement()
                .asString()
                .endsWith(
                        "x.yaml, line 9: offboarding.partner-center.requests-per-minute: 501 is more than the 500 that"
                                + " Microsoft allows; the calls above it will be turned away");
    }

    @Test
    void aSecretInTheFileItselfIsAWarningThatDoesNotShowIt() {
        assertThat(files.load(JobFiles.PARTNER_CENTER + "    client-secret: hunter2\n")
                        .warnings())
                .singleElement()
                .asString()
                .endsWith(
                        "x.yaml, line 9: offboarding.partner-center.client-secret: a secret is written in the file; put it into"
                                + " an environment variable and write ${ITS_NAME}");
        assertThat(files.load(JobFiles.REQUIRED + "  ledger: { url: \"jdbc:postgresql://h/d?password=hunter2\" }\n")
                        .warnings())
                .singleElement()
                .asString()
                .contains("line 7: offboarding.ledger.url: a password is written in the address")
                .doesNotContain("hunter2");
    }

    /** The job's own database, and the owner of its schema, have passwords, too. */
    @Test
    void aSecretOfTheJobsOwnDatabaseInTheFileIsAWarningAsWell() {
        assertThat(files.load(JobFiles.REQUIRED + """
                        spring:
                          datasource:
                            url: jdbc:postgresql://h/d?user=u&password=hunter2
                            username: u
                            password: hunter2
                            hikari: { data-source-properties: { sslpassword: hunter2 } }
                          flyway: { user: owner, password: hunter2 }
                        """).warnings())
                .hasSize(4)
                .allSatisfy(warning -> assertThat(warning).doesNotContain("hunter2"))
                .anySatisfy(warning -> assertThat(warning)
                        .endsWith(
                                "x.yaml, line 9: spring.datasource.url: a password is written in the address; write it as"
                                        + " password: ${ITS_NAME} beside the url"))
                .anySatisfy(warning -> assertThat(warning)
                        .endsWith(
                                "x.yaml, line 11: spring.datasource.password: a secret is written in the file; put it into"
                                        + " an environment variable and write ${ITS_NAME}"))
                .anySatisfy(warning -> assertThat(warning).contains("data-source-properties.sslpassword: a secret"))
                .anySatisfy(warning -> assertThat(warning).contains("line 13: spring.flyway.password: a secret"));
        assertThat(files.load(
                                JobFiles.REQUIRED
                                        + "  ledger: { url: \"jdbc:postgresql://h/d\", password: \"${P:hunter2}\" }\n"
                                        + "spring.datasource: { url: \"jdbc:postgresql://h/d?sslpassword=x\", username: u, password: \"${P:hunter2}\" }\n",
                                Map.of("P", "other"))
                        .warnings())
                .hasSize(3)
                .anySatisfy(warning -> assertThat(warning).contains("ledger.password: a secret"))
                .anySatisfy(warning -> assertThat(warning).contains("spring.datasource.password: a secret"))
                .anySatisfy(warning -> assertThat(warning).contains("spring.datasource.url: a password is written"));
        assertThat(files.load(
                                JobFiles.REQUIRED
                                        + "spring.datasource: { url: \"jdbc:postgresql://h/d\", username: u, password: \"${P}\" }\n",
                                Map.of("P", "hunter2"))
                        .warnings())
                .isEmpty();
    }

    @Test
    void anIndirectProviderSaysWhoseSubscriptionsItMayTouch() {
        assertThat(files.problems(
                        JobFiles.PARTNER_CENTER + "    client-secret: ${S}\n    account: indirect-provider\n",
                        Map.of("S", "s")))
                .singleElement()
                .asString()
                .contains("offboarding.partner-center.resellers: is missing; write the partner ids of the resellers");
        assertThat(Objects.requireNonNull(files.load(
                                        JobFiles.PARTNER_CENTER
                                                + "    client-secret: ${S}\n    account: indirect-provider\n    resellers: [1234567, 7654321]\n",
                                        Map.of("S", "s"))
                                .jobFile()
                                .partnerCenter())
                        .resellers())
                .containsExactlyInAnyOrder("1234567", "7654321");
    }

    @Test
    void nothingThatIsPrintedShowsASecret() {
        var loaded = files.load(
                JobFiles.PARTNER_CENTER
                        + "    client-secret: ${PARTNER_CENTER_CLIENT_SECRET}\n"
                        + "  ledger: { url: \"jdbc:postgresql://h/d?password=hunter2\", username: u, password: hunter2 }\n",
                SECRET);

        assertThat(Stream.of(
                        loaded,
                        loaded.jobFile(),
                        loaded.jobFile().ledger(),
                        loaded.jobFile().partnerCenter()))
                .allSatisfy(printed -> assertThat(printed.toString()).doesNotContain("hunter2"));
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeIsNoJobFileAndALinkToOneIs() throws Exception {
        Path pipe = folder.resolve("pipe.yaml");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        for (Path odd : new Path[] {
            pipe,
            Files.createSymbolicLink(folder.resolve("link.yaml"), pipe),
            Files.createSymbolicLink(folder.resolve("endless.yaml"), Path.of("/dev/zero"))
        }) {
            Assertions.assertThatThrownBy(() -> new JobFileReader(Map.of()).read(odd))
                    .isInstanceOf(JobFileException.class)
                    .hasMessageContaining("is a pipe, a socket or a device, not a file");
        }
        Path real = Files.writeString(folder.resolve("real.yaml"), JobFiles.REQUIRED);
        Path link = Files.createSymbolicLink(folder.resolve("nightly.yaml"), real);

        assertThat(new JobFileReader(Map.of()).read(link).jobFile().job()).isEqualTo("nightly-csv");
    }

    static Stream<Arguments> bombs() {
        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x]\n");
        for (int n = 1; n <= 60; n++) {
            laughs.append("a%d: &a%d [%s]\n".formatted(n, n, ("*a" + (n - 1) + ",").repeat(9)));
        }
        return Stream.of(
                arguments("aliases of aliases", laughs.toString()),
                arguments("depth", "offboarding: " + "[".repeat(200_000)),
                arguments("depth of keys", "offboarding: " + "{a: ".repeat(200_000)),
                arguments("merge key", "x: &x { job: a }\noffboarding:\n  <<: *x\n"),
                arguments("a class", "offboarding: !!java.net.URLClassLoader [[]]\n"),
                arguments("two megabytes", JobFiles.REQUIRED + "#".repeat(2_000_000)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bombs")
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whatIsMeantToStopAReaderIsSaidAndStopsNone(String what, String yaml) {
        assertThat(files.problems(yaml)).as(what).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "keep: 29d|offboarding.report.keep: \"29d\" is too short: for 30 days at least",
                "keep: 2 years|offboarding.report.keep: \"2 years\" is not a number of days",
                "url-prefix: 'http://files.example.com/reports'|offboarding.report.url-prefix: \"http://files.example.com/reports\" is not encrypted",
                "url-prefix: 'https://files.example.com/?reports'|offboarding.report.url-prefix: its value has more in it",
            })
    void whatIsDoneToReportsIsCheckedBeforeTheFirstOfThemIsTouched(String report, String problem) {
        assertThat(new JobFiles(folder).problems(JobFiles.REQUIRED + "  report: { %s }\n".formatted(report)))
                .singleElement()
                .asString()
                .contains(problem);
    }
}

package dev.offboarding.jobfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Incident 34, from the environment: what was mistyped there was passed over, and an empty embedded database took the list. */
@Isolated("it sets system properties that whoever reads a job file meets")
class StrayVariablesTest {

    private static final String DATABASE =
            "; allowed below spring.datasource: hikari, password, url, username%s. If it is meant for another program, take it out of this one's environment.";

    private static final String OURS =
            " If it is not to replace a key, give it another name, or write ${%s} in the job file where its value belongs.";

    @TempDir
    Path folder;

    JobFiles files;

    @BeforeEach
    void aFolderForJobFiles() {
        files = new JobFiles(folder);
    }

    private List<String> problems(String variable) {
        return files.problems(JobFiles.REQUIRED, Map.of(variable, "hunter2"));
    }

    // --- the job's own database

    @ParameterizedTest
    @CsvSource({
        "SPRING_DATASOURCE_URLL, SPRING_DATASOURCE_URL",
        "SPRING_DATASOURCEURL, SPRING_DATASOURCE_URL",
        "SPRINGDATASOURCE_URL, SPRING_DATASOURCE_URL",
        "SPRING_DATA_SOURCE_URL, SPRING_DATASOURCE_URL",
        "spring_datasource_ulr, SPRING_DATASOURCE_URL",
        "spring.datasource.urll, SPRING_DATASOURCE_URL",
        "SPRING_DATASOURCE_USERNAM, SPRING_DATASOURCE_USERNAME",
        "SPRING_DATASOURCE_PASSWRD, SPRING_DATASOURCE_PASSWORD"
    })
    void aMistypedVariableOfTheDatabaseIsNamedWithoutItsValueAndWithWhatWasMeant(String variable, String meant) {
        assertThat(problems(variable))
                .containsExactly("x.yaml: environment variable " + variable + ": unknown key"
                        + DATABASE.formatted("; did you mean " + meant + "?").replace("?.", "?"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SPRING_DATASOURCE", "SPRING_DATASOURCE_JNDI_NAME", "SPRING_DATASOURCE_URL_X"})
    void aVariableOfTheDatabaseThatThisProgramDoesNotReadIsAnErrorAsInTheFile(String variable) {
        assertThat(problems(variable))
                .singleElement()
                .asString()
                .startsWith(
                        "x.yaml: environment variable " + variable + ": unknown key; allowed below spring.datasource: ")
                .doesNotContain("hunter2");
    }

    @Test
    void aMistypedKeyOfThePoolOrOfTheOwnerIsAnErrorAsWell() {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("SPRING_DATASOURCE_URL", "jdbc:postgresql://db/x");
        variables.put("SPRING_DATASOURCE_HIKARI_MAXIMUMPOLSIZE", "9");
        variables.put("SPRING_FLYWAY_USR", "owner");

        assertThat(files.problems(JobFiles.REQUIRED, variables))
                .hasSize(2)
                .anyMatch(problem -> problem.contains("SPRING_DATASOURCE_HIKARI_MAXIMUMPOLSIZE: unknown key")
                        && problem.contains("did you mean SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE?"))
                .anyMatch(problem ->
                        problem.contains("SPRING_FLYWAY_USR: unknown key; allowed below spring.flyway: password, user")
                                && problem.contains("did you mean SPRING_FLYWAY_USER?"));
    }

    /** Spring Boot does not read it in this spelling. */
    @Test
    void aPropertyOfTheDriverThatWouldBePassedOverIsAnError() {
        assertThat(files.problems(
                        JobFiles.REQUIRED + "spring.datasource.url: jdbc:postgresql://db/x\n",
                        Map.of("SPRING_DATASOURCE_HIKARI_DATA_SOURCE_PROPERTIES_SSLMODE", "x")))
                .singleElement()
                .asString()
                .contains("did you mean SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_SSLMODE?");
    }

    @ParameterizedTest
    @CsvSource({
        "SPRNIG_DATASOURCE_URL, SPRING_DATASOURCE_URL",
        "SPRING_DATASUORCE_URL, SPRING_DATASOURCE_URL",
        "OFBOARDING_LIMITS_MAX_CUSTOMERS, OFFBOARDING_LIMITS_MAX_CUSTOMERS"
    })
    void aMistypedBeginningIsFoundToo(String variable, String meant) {
        assertThat(problems(variable))
                .singleElement()
                .asString()
                .startsWith("x.yaml: environment variable " + variable + ": unknown key; ")
                .contains("did you mean " + meant + "?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SPRING_DATASOURCE_USERNAME",
                "SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE",
                "SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_SSLMODE",
                "SPRING_FLYWAY_USER"
            })
    void whatBelongsToADatabaseWithoutAnAddressAnywhereIsAnError(String variable) {
        assertThat(files.problems(JobFiles.REQUIRED, Map.of(variable, "5")))
                .singleElement()
                .asString()
                .startsWith("x.yaml: spring.datasource.url: is missing beside spring.")
                .endsWith(" to use the embedded database");
    }

    @Test
    void anOwnerInTheFileWithoutADatabaseIsAnError() {
        assertThat(files.problems(JobFiles.REQUIRED + "spring.flyway: { user: owner }\n"))
                .containsExactly(
                        "x.yaml, line 7: spring.datasource.url: is missing; write jdbc:postgresql://host:5432/name, or take out all of spring.datasource and spring.flyway to use the embedded database");
    }

    /** An empty variable in place of the address started the embedded database, too. */
    @Test
    void anAddressThatTurnsOutToBeEmptyIsMissing() {
        String file = JobFiles.REQUIRED + "spring.datasource.url: ${DB_URL}\n";
        assertThat(files.problems(file, Map.of("DB_URL", " ")))
                .containsExactly(
                        "x.yaml, line 7: spring.datasource.url: what \"${DB_URL}\" stands for is empty; write jdbc:postgresql://host:5432/name, or take out all of spring.datasource to use the embedded database");
        assertThat(files.problems(
                        JobFiles.REQUIRED + "spring.datasource.url: jdbc:postgresql://db/x\n",
                        Map.of("SPRING_DATASOURCE_URL", "")))
                .containsExactly(
                        "x.yaml, line 7: spring.datasource.url: is empty in an environment variable or a system property, which replaces the file's; write jdbc:postgresql://host:5432/name, or take out all of spring.datasource to use the embedded database");
        assertThat(files.problems(JobFiles.REQUIRED, Map.of("SPRING_DATASOURCE_URL", "")))
                .singleElement()
                .asString()
                .startsWith("x.yaml: spring.datasource.url: is empty in an environment variable");
        files.load(file, Map.of("DB_URL", "", "SPRING_DATASOURCE_URL", "jdbc:postgresql://db/x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spring: { datasource: { url: 'jdbc:postgresql://b/b' } }",
                "spring.datasource: { URL: 'jdbc:postgresql://b/b' }",
                "spring: { datasource.url: 'jdbc:postgresql://b/b' }"
            })
    void anAddressThatStandsTwiceIsRefusedHoweverItIsSpelled(String again) {
        assertThat(files.problems(JobFiles.REQUIRED + "spring.datasource.url: jdbc:postgresql://a/a\n" + again + "\n"))
                .singleElement()
                .asString()
                .matches(
                        "x.yaml, line 8: spring.datasource.(url|URL): is here twice, first on line 7; keep one of them");
    }

    // --- the job file's own keys

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OFFBOARDING_LIMITS_MAXCUSTOMER | offboarding.limits: max-customers, max-share, floor, per-30-days; did you mean OFFBOARDING_LIMITS_MAXCUSTOMERS?",
                "OFFBOARDING_LIMITS_MAX_CUSTOMER | offboarding.limits: max-customers, max-share, floor, per-30-days; did you mean OFFBOARDING_LIMITS_MAX_CUSTOMERS?",
                "OFFBOARDING_LIMITS_TOTAL | offboarding.limits: max-customers, max-share, floor, per-30-days.",
                "OFFBOARDING_LIMIT_FLOOR | offboarding.limits: max-customers, max-share, floor, per-30-days; did you mean OFFBOARDING_LIMITS_FLOOR?",
                "offboarding_limits_flor | offboarding.limits: max-customers, max-share, floor, per-30-days; did you mean OFFBOARDING_LIMITS_FLOOR?",
                "OFFBOARDING_DATABASE_URL | offboarding.database: tls, require-auth.",
                "OFFBOARDING_LIMITS_FLOOR_0 | offboarding.limits: max-customers, max-share, floor, per-30-days; did you mean OFFBOARDING_LIMITS_FLOOR?",
                "OFFBOARDING_LIST_CSV | offboarding.list.csv: inbox, file."
            })
    void aVariableBelowASectionThatStandsForNoKeyIsAnError(String variable, String rest) {
        assertThat(problems(variable))
                .containsExactly("x.yaml: environment variable " + variable + ": unknown key; allowed below " + rest
                        + OURS.formatted(variable));
    }

    @ParameterizedTest
    @CsvSource({
        "OFFBOARDING_APROVAL, OFFBOARDING_APPROVAL",
        "OFFBOARDING_JBO, OFFBOARDING_JOB",
        "OFFBOARDING_REPORT, OFFBOARDING_REPORTS",
        "OFFBOARDING_PROTECTED_CUSTOMER, OFFBOARDING_PROTECTED_CUSTOMERS",
        "OFFBOARDING_PARTNERCENTRE_CLIENTID, OFFBOARDING_PARTNERCENTER_CLIENTID",
        "OFFBOARDING_PARTNERCENTER_CLIENT_ID, OFFBOARDING_PARTNER_CENTER_CLIENT_ID",
        "OFFBOARDING_LEDGER_PASSWRD, OFFBOARDING_LEDGER_PASSWORD"
    })
    void aVariableThatIsALetterOrTwoOffAKeyIsAnError(String variable, String meant) {
        assertThat(problems(variable))
                .singleElement()
                .asString()
                .contains(variable + ": unknown key; ", "did you mean " + meant + "?")
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OFFBOARDING",
                "OFFBOARDING_HOME",
                "OFFBOARDING_VERSION",
                "OFFBOARDING_DB_PASSWORD",
                "ONBOARDING_JOB",
                "OFFBOARDING_JOBS",
                // of every application that shares this environment
                "SPRING_DATASOURCE_DRIVER_CLASS_NAME",
                "SPRING_FLYWAY_ENABLED",
                // of this program's own documents
                "OFFBOARDING_DATABASE_PASSWORD",
                "OFFBOARDING_MANAGEMENT_PORT",
                "OFFBOARDING_MANAGEMENT_ADDRESS",
                // one that another job file takes its secret from
                "OFFBOARDING_LIST_CRM_PASSWORD",
                "OFFBOARDING_PARTNERCENTER_CONTOSO_SECRET"
            })
    void variablesOfOthersAreLeftAlone(String variable) {
        files.load(JobFiles.REQUIRED, Map.of(variable, "hunter2"));
    }

    @Test
    void whatTheJobFileRefersToIsLeftAlone() {
        files.load(
                JobFiles.REQUIRED
                        + "  reports: ${OFFBOARDING_REPORT}/${OFFBOARDING_LIST_FOLDER:x}\n  approval: ${NO:${offboarding.limits.second}}\n"
                        + "spring.datasource.url: ${SPRING_DATASOURCE_URI}\n",
                Map.of(
                        "OFFBOARDING_REPORT", "here",
                        "OFFBOARDING_LIST_FOLDER", "here",
                        "OFFBOARDING_LIMITS_SECOND", "none",
                        "SPRING_DATASOURCE_URI", "jdbc:postgresql://db/x"));
        files.load(
                JobFiles.REQUIRED,
                Map.of("OFFBOARDING_REPORTS", "${OFFBOARDING_REPORT_FOLDER}", "OFFBOARDING_REPORT_FOLDER", "x"));
    }

    /** As Kubernetes sets them for each service of that name. */
    @Test
    void whereAServiceIsFoundIsLeftAlone() {
        files.load(
                JobFiles.REQUIRED,
                Map.of(
                        "OFFBOARDING_DATABASE_SERVICE_HOST", "10.0.0.1",
                        "OFFBOARDING_DATABASE_SERVICE_PORT", "5432",
                        "OFFBOARDING_DATABASE_SERVICE_PORT_SQL", "5432",
                        "OFFBOARDING_DATABASE_PORT", "tcp://10.0.0.1:5432",
                        "OFFBOARDING_DATABASE_PORT_5432_TCP_ADDR", "10.0.0.1"));
        assertThat(problems("OFFBOARDING_DATABASE_PORT")).hasSize(1);
    }

    // --- lists, maps, and every key there is

    @Test
    void aListMayBeWrittenWithItsNumbers() {
        for (String spelling : List.of("PARTNERCENTER", "PARTNER_CENTER")) {
            var loaded = files.load(
                    JobFiles.PARTNER_CENTER + "    account: indirect-provider\n    client-secret: ${SECRET}\n",
                    Map.of(
                            "SECRET",
                            "x",
                            "OFFBOARDING_" + spelling + "_RESELLERS_0",
                            "1234567",
                            "OFFBOARDING_" + spelling + "_RESELLERS_1",
                            "7654321"));
            assertThat(java.util.Objects.requireNonNull(loaded.jobFile().partnerCenter())
                            .resellers())
                    .containsExactly("1234567", "7654321");
        }
    }

    @Test
    void aNumberThatIsMissingInAListIsAnError() {
        assertThat(files.problems(
                        JobFiles.REQUIRED,
                        Map.of("OFFBOARDING_IDENTITY_0", "domain", "OFFBOARDING_IDENTITY_2", "domain")))
                .containsExactly(
                        "x.yaml: environment variable OFFBOARDING_IDENTITY_2: is passed over; number the values of offboarding.identity from 0 on without a gap, or write all of them in one, with commas between them");
    }

    @Test
    void twoVariablesOfOneKeyAreRefusedAsTwoLinesOfAFileAre() {
        assertThat(files.problems(
                        JobFiles.REQUIRED,
                        Map.of("OFFBOARDING_LIMITS_MAX_CUSTOMERS", "3", "OFFBOARDING_LIMITS_MAXCUSTOMERS", "300")))
                .containsExactly(
                        "x.yaml: environment variable OFFBOARDING_LIMITS_MAX_CUSTOMERS: says what offboarding.limits.max-customers is, and so does OFFBOARDING_LIMITS_MAXCUSTOMERS; keep one of them");
        assertThat(files.problems(
                        JobFiles.REQUIRED,
                        Map.of("OFFBOARDING_IDENTITY", "domain", "OFFBOARDING_IDENTITY_0", "domain")))
                .singleElement()
                .asString()
                .contains("says what offboarding.identity is, and so does OFFBOARDING_IDENTITY;");
    }

    @Test
    void whatThePoolTakesIsKnownInBothSpellings() {
        files.load(
                JobFiles.REQUIRED,
                Map.of(
                        "SPRING_DATASOURCE_URL", "jdbc:postgresql://db/x",
                        "SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE", "9",
                        "SPRING_DATASOURCE_HIKARI_CONNECTION_TIMEOUT", "9000",
                        "SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_SSLMODE", "require",
                        "SPRING_FLYWAY_USER", "owner",
                        "LOGGING_LEVEL_ROOT", "warn",
                        "SPRING_PROFILES_ACTIVE", "x"));
    }

    @Test
    void everyKeyIsKnownInBothSpellings() {
        for (var key : new JobFileKeys(JobFile.class, JobFileValues::isValue).values()) {
            for (String name : List.of(key.full().replace("-", ""), key.full().replace('-', '_'))) {
                String variable = name.replace('.', '_').toUpperCase(java.util.Locale.ROOT);
                assertThat(saysAnyProblem(Map.of(variable, "x"))).noneMatch(problem -> problem.contains("unknown key"));
            }
        }
    }

    private List<String> saysAnyProblem(Map<String, String> variables) {
        try {
            files.load(JobFiles.REQUIRED, variables);
            return List.of();
        } catch (JobFileException e) {
            return e.problems();
        }
    }

    // --- system properties

    @ParameterizedTest
    @CsvSource({
        "spring.datasource.urll, spring.datasource.url",
        "SPRING_DATASOURCE_URL, spring.datasource.url",
        "offboarding.limits.maxCustomer, offboarding.limits.max-customers"
    })
    void aMistypedSystemPropertyIsAnError(String property, String meant) {
        System.setProperty(property, "hunter2");
        try {
            assertThat(files.problems(JobFiles.REQUIRED))
                    .singleElement()
                    .asString()
                    .startsWith("x.yaml: system property " + property + ": unknown key; ")
                    .contains("did you mean " + meant + "?")
                    .doesNotContain("hunter2");
        } finally {
            System.clearProperty(property);
        }
    }

    @Test
    void aSystemPropertyOfThisProgramsOwnIsLeftAlone() {
        System.setProperty("offboarding.embedded-database", "socket");
        try {
            files.load(JobFiles.REQUIRED);
        } finally {
            System.clearProperty("offboarding.embedded-database");
        }
    }
}

package dev.offboarding.jobfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.FileMode;
import dev.offboarding.lists.Identifier;
import dev.offboarding.lists.ListSettings;
import dev.offboarding.notice.NoticeSettings;
import dev.offboarding.plan.Approval;
import dev.offboarding.plan.BrakeSettings;
import dev.offboarding.plan.LimitSettings;
import dev.offboarding.plan.Share;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.platform.VerificationSettings;
import dev.offboarding.platform.ledger.LedgerSettings;
import dev.offboarding.platform.partnercenter.PartnerCenterSettings;
import dev.offboarding.platform.partnercenter.PartnerCenterSettings.Account;
import dev.offboarding.platform.partnercenter.PartnerCenterSettings.NewCommerce;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.scheduling.support.CronExpression;

/** Incident 9: the documentation said four days, the program did it at once. */
class JobFileDefaultsTest {
    private static final Map<String, String> SECRET = Map.of("PARTNER_CENTER_CLIENT_SECRET", "s3cret");

    /** As documented: the keys that have no default, and those that stand for {@code ...}. */
    private static final String ONLY_WHAT_IS_REQUIRED = """
            offboarding:
              job: nightly-csv
              zone: Europe/Berlin
              schedule: { cron: "0 30 3 * * *" }
              list: { csv: { inbox: inbox } }
              platform: partner-center
              protected-customers: protected-customers.csv
              partner-center:
                tenant-id: 0a0b0c0d-1111-2222-3333-444444444444
                client-id: 99999999-8888-7777-6666-555555555555
            """;

    @TempDir
    Path folder;

    @Test
    void aFileWithTheRequiredKeysOnlyIsTheDocumentedFileWithEveryKeyWrittenOut() throws Exception {
        var files = new JobFiles(folder);

        JobFile documented = files.load(documented(), SECRET).jobFile();
        JobFile defaults = files.load(ONLY_WHAT_IS_REQUIRED, SECRET).jobFile();

        assertThat(defaults).isEqualTo(documented);
    }

    @Test
    void theDocumentedGraceIsTheRealGraceAndSoIsEveryOtherDefault() {
        JobFile defaults =
                new JobFiles(folder).load(ONLY_WHAT_IS_REQUIRED, SECRET).jobFile();

        assertThat(defaults)
                .isEqualTo(new JobFile(
                        "nightly-csv",
                        ZoneId.of("Europe/Berlin"),
                        new Schedule(CronExpression.parse("0 30 3 * * *"), false),
                        new ListSettings(new ListSettings.Csv(Path.of("inbox"), null), null, null),
                        PlatformName.PARTNER_CENTER,
                        new LedgerSettings(null, null, null, null),
                        new DatabaseSecurity(DatabaseSecurity.Tls.VERIFY_FULL, null),
                        new PartnerCenterSettings(
                                Account.DIRECT,
                                null,
                                "0a0b0c0d-1111-2222-3333-444444444444",
                                "99999999-8888-7777-6666-555555555555",
                                "s3cret",
                                null,
                                null,
                                Path.of("secrets/refresh-token"),
                                URI.create("https://api.partnercenter.microsoft.com"),
                                URI.create("https://login.microsoftonline.com"),
                                URI.create("https://graph.microsoft.com"),
                                "https://api.partnercenter.microsoft.com",
                                "https://graph.microsoft.com",
                                300,
                                8,
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(100),
                                NewCommerce.HOLD),
                        new LimitSettings(25, Share.parse("5%"), 3, Share.parse("10%")),
                        new BrakeSettings(5, Share.parse("20%"), 20),
                        Path.of("protected-customers.csv"),
                        Set.of(Identifier.DOMAIN, Identifier.COMPANY_NAME),
                        new VerificationSettings(Duration.ofMinutes(2), Duration.ofMinutes(15)),
                        Period.ZERO,
                        Period.ofDays(14),
                        false,
                        Approval.NONE,
                        Path.of("reports"),
                        new ReportSettings(null, null, new FileMode(0640), new FileMode(0750), null, null),
                        new NoticeSettings(NoticeSettings.When.ATTENTION, null, null, null, null),
                        null,
                        new MetricsSettings(null)));
    }

    @Test
    void aDefaultFolderIsNotLookedForInTheClassPath() throws Exception {
        Path classPath = Path.of(JobFileDefaultsTest.class.getResource("/").toURI());
        Path namesake = Files.createDirectories(classPath.resolve("reports"));
        try {
            assertThat(new JobFiles(folder).load(JobFiles.REQUIRED).jobFile().reports())
                    .isEqualTo(Path.of("reports"));
        } finally {
            Files.delete(namesake);
        }
    }

    @Test
    void theZoneIsTheSystemsWhereTheFileHasNone() {
        assertThat(new JobFiles(folder).load(JobFiles.REQUIRED).jobFile().zone())
                .isEqualTo(ZoneId.systemDefault());
    }

    @Test
    void everyKeyThereIsStandsInTheDocumentedFileOrIsOptionalWithoutADefault() throws Exception {
        var documented = YamlText.read(
                        documented().getBytes(StandardCharsets.UTF_8),
                        new Problems(Path.of("documented-job-file.yaml")))
                .entries()
                .stream()
                .map(YamlText.Entry::name)
                .map(name -> name.replaceAll("\\[.*", ""))
                .collect(Collectors.toSet());
        var keys = new JobFileKeys(JobFile.class, JobFileValues::isValue);

        assertThat(keys.values().stream().map(JobFileKeys.Key::full).filter(key -> !documented.contains(key)))
                .containsExactlyInAnyOrder(
                        "offboarding.list.csv.file",
                        "offboarding.partner-center.resellers",
                        "offboarding.list.database.query",
                        "offboarding.list.database.done",
                        "offboarding.list.database.url",
                        "offboarding.list.database.username",
                        "offboarding.list.database.password",
                        "offboarding.list.date-format",
                        "offboarding.ledger.url",
                        "offboarding.ledger.username",
                        "offboarding.ledger.password",
                        "offboarding.ledger.sample-data",
                        "offboarding.partner-center.client-certificate-file",
                        "offboarding.partner-center.client-key-file",
                        "offboarding.report.reseller",
                        "offboarding.report.signing-key-file",
                        "offboarding.report.keep",
                        "offboarding.report.url-prefix",
                        "offboarding.notify.when",
                        "offboarding.notify.webhook.url",
                        "offboarding.notify.webhook.format",
                        "offboarding.notify.mail.host",
                        "offboarding.notify.mail.port",
                        "offboarding.notify.mail.security",
                        "offboarding.notify.mail.username",
                        "offboarding.notify.mail.password",
                        "offboarding.notify.mail.from",
                        "offboarding.notify.mail.to",
                        "offboarding.notify.preview.cron",
                        "offboarding.notify.heartbeat",
                        "offboarding.max-duration",
                        "offboarding.metrics.file",
                        "offboarding.database.require-auth");
    }

    private static String documented() throws Exception {
        try (var in = JobFileDefaultsTest.class.getResourceAsStream("documented-job-file.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

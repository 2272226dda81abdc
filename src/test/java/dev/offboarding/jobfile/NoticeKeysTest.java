package dev.offboarding.jobfile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.notice.NoticeSettings;
import dev.offboarding.notice.NoticeSettings.Format;
import dev.offboarding.notice.NoticeSettings.Security;
import dev.offboarding.notice.NoticeSettings.When;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is notified of how a run ended, as a job file says it. */
class NoticeKeysTest {

    private static final String WEBHOOK =
            "https://prod-1.westeurope.logic.azure.com/workflows/0a1b?sp=%2Ftriggers&sig=ses-ame";
    private static final Map<String, String> VARIABLES = Map.of("WEBHOOK", WEBHOOK, "MAIL_PASSWORD", "s3cret");

    private static final String SCHEDULE = "  schedule: { cron: '0 30 3 * * *' }\n";

    @TempDir
    Path folder;

    private List<String> problems(String notify) {
        List<String> problems =
                new JobFiles(folder).problems(JobFiles.REQUIRED + SCHEDULE + "  notify:\n" + notify, VARIABLES);
        assertThat(problems.toString()).doesNotContain("ses-ame").doesNotContain("s3cret");
        return problems;
    }

    @Test
    void aWebhookAndAMailWithTheirSecretsFromVariables() {
        LoadedJobFile loaded = new JobFiles(folder).load(JobFiles.REQUIRED + """
                  notify:
                    when: always
                    webhook: { url: "${WEBHOOK}", format: teams }
                    mail:
                      host: smtp.example.com
                      username: ops
                      password: ${MAIL_PASSWORD}
                      from: offboarding@example.com
                      to: [ops@example.com, boss@example.com]
                """, VARIABLES);

        NoticeSettings notice = loaded.jobFile().notice();
        assertThat(loaded.warnings()).isEmpty();
        assertThat(notice.when()).isEqualTo(When.ALWAYS);
        assertThat(requireNonNull(notice.webhook()).url().uri()).hasToString(WEBHOOK);
        assertThat(requireNonNull(notice.webhook()).format()).isEqualTo(Format.TEAMS);
        NoticeSettings.Mail mail = requireNonNull(notice.mail());
        assertThat(mail.security()).isEqualTo(Security.STARTTLS);
        assertThat(mail.password()).isEqualTo("s3cret");
        assertThat(mail.to()).containsExactly("ops@example.com", "boss@example.com");
        assertThat(notice.toString()).doesNotContain("ses-ame").doesNotContain("s3cret");
    }

    @Test
    void secretsThatStandInTheFileAreWarnedOf() {
        LoadedJobFile loaded = new JobFiles(folder).load(JobFiles.REQUIRED + """
                  notify:
                    webhook: { url: "%s", format: slack }
                    mail: { host: m, username: ops, password: s3cret, from: a@example.com, to: b@example.com }
                """.formatted(WEBHOOK));

        assertThat(loaded.warnings())
                .hasSize(2)
                .allSatisfy(warning -> assertThat(warning)
                        .contains("a secret is written in the file")
                        .doesNotContain("ses-ame")
                        .doesNotContain("s3cret"));
    }

    @Test
    void aHeartbeatNeedsNobodyToBeNotifiedAndIsASecretAsAWebhookIs() {
        JobFiles files = new JobFiles(folder);
        String heartbeat = "https://hc.example.com/ses-ame/EXIT_CODE";

        LoadedJobFile loaded = files.load(JobFiles.REQUIRED + "  notify: { heartbeat: '${WEBHOOK}' }\n", VARIABLES);
        LoadedJobFile literal = files.load(JobFiles.REQUIRED + "  notify: { heartbeat: %s }\n".formatted(heartbeat));

        assertThat(requireNonNull(loaded.jobFile().notice().heartbeat()).uri()).hasToString(WEBHOOK);
        assertThat(loaded.warnings()).isEmpty();
        assertThat(literal.warnings()).singleElement().asString().contains("a secret is written in the file");
        assertThat(literal.warnings() + " " + literal.keys() + literal.jobFile().notice())
                .doesNotContain("ses-ame");
    }

    @Test
    void aPreviewHasATimeAndGoesBeforeARunThatScheduleStarts() {
        String notify = "  notify: { preview: %s, webhook: { url: '${WEBHOOK}', format: slack } }\n";
        JobFiles files = new JobFiles(folder);

        LoadedJobFile loaded =
                files.load(JobFiles.REQUIRED + SCHEDULE + notify.formatted("{ cron: '0 0 18 * * *' }"), VARIABLES);

        assertThat(requireNonNull(loaded.jobFile().notice().preview()).cron()).hasToString("0 0 18 * * *");
        assertThat(files.problems(JobFiles.REQUIRED + notify.formatted("{ cron: '0 0 18 * * *' }"), VARIABLES))
                .singleElement()
                .asString()
                .contains("offboarding.notify.preview: is sent by the command schedule");
        assertThat(files.problems(JobFiles.REQUIRED + SCHEDULE + notify.formatted("{ cron: 'six' }"), VARIABLES))
                .singleElement()
                .asString()
                .contains("offboarding.notify.preview.cron: \"six\" is not a schedule");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "when: always|offboarding.notify.when: there is neither webhook nor mail beside it",
                "preview: { cron: '0 0 18 * * *' }|offboarding.notify.preview: there is neither webhook nor mail beside it",
                "heartbeat: 'http://hc.example.com/ses-ame'|offboarding.notify.heartbeat: its value is not encrypted",
                "heartbeat: 'https://s3cret@example.com/'|offboarding.notify.heartbeat: its value has a user",
                "webhook: { format: slack }|offboarding.notify.webhook.url: is missing",
                "webhook: { url: '${WEBHOOK}' }|offboarding.notify.webhook.format: is missing; write slack or teams",
                "webhook: { url: '${WEBHOOK}', format: discord }|offboarding.notify.webhook.format: \"discord\" is not allowed; allowed: slack, teams",
                "webhook: { url: 'http://hooks.example.com/ses-ame', format: slack }|offboarding.notify.webhook.url: its value is not encrypted",
                "webhook: { url: 'https://s3cret@example.com/', format: slack }|offboarding.notify.webhook.url: its value has a user",
                "webhook: { url: 'ses-ame', format: slack }|offboarding.notify.webhook.url: its value is not a web address",
                "mail: { host: m, from: a@example.com }|offboarding.notify.mail.to: is missing",
                "mail: { from: a@example.com, to: b@example.com }|offboarding.notify.mail.host: is missing",
                "mail: { host: m, from: ops, to: b@example.com }|offboarding.notify.mail.from: \"ops\" is not a mail address",
                "mail: { host: m, from: \"a@example.com\\r\\nBcc: x@example.com\", to: b@example.com }|offboarding.notify.mail.from: \"a@example.com Bcc: x@example.com\" is not a mail address",
                "mail: { host: m, from: a@example.com, to: [b@example.com, '<c@example.com>'] }|offboarding.notify.mail.to: \"b@example.com, <c@example.com>\" is not a list of mail addresses",
                "mail: { host: m, username: x, from: a@example.com, to: b@example.com }|offboarding.notify.mail.password: is missing",
                "mail: { host: m, security: none, from: a@example.com, to: b@example.com }|offboarding.notify.mail.security: none is not encrypted",
                "mail: { host: m, port: 0, from: a@example.com, to: b@example.com }|offboarding.notify.mail.port: \"0\" is not allowed; write a port",
                "mail: { host: m, port: 70000, from: a@example.com, to: b@example.com }|offboarding.notify.mail.port: \"70000\" is not allowed; write a port",
            })
    void whatIsWrongIsSaidWithItsKey(String notify, String problem) {
        assertThat(problems("    " + notify + "\n"))
                .singleElement()
                .asString()
                .matches("x.yaml, line \\d+: .*")
                .contains(problem);
    }

    @ParameterizedTest
    @CsvSource({"localhost", "127.0.0.1", "::1"})
    void aMailServerOnThisMachineNeedsNoEncryption(String host) {
        assertThat(requireNonNull(new JobFiles(folder)
                                .load(JobFiles.REQUIRED
                                        + "  notify: { mail: { host: '%s', security: none, from: a@example.com, to: b@example.com } }\n"
                                                .formatted(host))
                                .jobFile()
                                .notice()
                                .mail())
                        .portOrUsual())
                .isEqualTo(25);
    }
}

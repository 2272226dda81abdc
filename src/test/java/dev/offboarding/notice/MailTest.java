package dev.offboarding.notice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.notice.Notice.Paragraph;
import dev.offboarding.notice.NoticeSettings.Security;
import jakarta.mail.internet.MimeMessage;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mails over a real server. */
class MailTest {

    private static final String PASSWORD = "correct-horse";
    private static final Notice NOTICE = new Notice(
            "Offboarding, run nightly: exit code 4",
            List.of(new Paragraph("What went wrong", List.of("Müller & <b>Söhne</b>", "another"))));

    private static List<String> send(int port, String host, Security security, @Nullable SSLSocketFactory trust) {
        return send(settings(host, port, security, null, "ops@example.com", "boss@example.com"), NOTICE, trust);
    }

    private static NoticeSettings.Mail settings(
            String host, int port, Security security, @Nullable String login, String... to) {
        return new NoticeSettings.Mail(
                host, port, security, login, login == null ? null : PASSWORD, "offboarding@example.com", List.of(to));
    }

    private static List<String> send(NoticeSettings.Mail settings, Notice notice, @Nullable SSLSocketFactory trust) {
        return send(settings, notice, trust, Duration.ofSeconds(10));
    }

    private static List<String> send(
            NoticeSettings.Mail settings, Notice notice, @Nullable SSLSocketFactory trust, Duration within) {
        Clock clock = Clock.fixed(Instant.parse("2026-03-10T02:30:00Z"), ZoneOffset.UTC);
        List<String> failures = new Notifier(List.of(new Mail(settings, clock, trust)), Duration.ofMillis(20))
                .send(notice, within).stream()
                        .map(failure -> failure.whom() + ": " + failure.why())
                        .toList();
        assertThat(failures.toString() + settings).doesNotContain(PASSWORD);
        return failures;
    }

    @Test
    void everyoneWhoIsToBeNotifiedGetsAMailInPlainText() throws Exception {
        try (MailServer server = new MailServer()) {
            assertThat(send(server.port(), "127.0.0.1", Security.NONE, null)).isEmpty();

            assertThat(server.mail().getReceivedMessages()).hasSize(2);
            MimeMessage mail = server.mail().getReceivedMessages()[0];
            assertThat(mail.getSubject()).isEqualTo("Offboarding, run nightly: exit code 4");
            assertThat(mail.getFrom()[0]).hasToString("offboarding@example.com");
            assertThat(mail.getAllRecipients())
                    .extracting(Object::toString)
                    .containsExactly("ops@example.com", "boss@example.com");
            assertThat(mail.getContentType()).startsWith("text/plain").contains("UTF-8");
            assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
            assertThat(mail.getSentDate()).isEqualTo(Instant.parse("2026-03-10T02:30:00Z"));
            assertThat(mail.getContent().toString().lines())
                    .containsExactly(
                            "Offboarding, run nightly: exit code 4",
                            "",
                            "What went wrong",
                            "Müller & <b>Söhne</b>",
                            "another");
        }
    }

    @Test
    void aLineBreakInTheSubjectCannotBeginAnotherHeader() throws Exception {
        try (MailServer server = new MailServer()) {
            Notice notice = new Notice(
                    "Run of a\r\nBcc: everybody@example.com\r\n\r\nGreetings",
                    List.of(new Paragraph("", List.of("x"))));

            assertThat(send(settings("127.0.0.1", server.port(), Security.NONE, null, "ops@example.com"), notice, null))
                    .isEmpty();

            assertThat(server.mail().getReceivedMessages()).singleElement().satisfies(mail -> {
                assertThat(mail.getHeader("Bcc")).isNull();
                assertThat(mail.getSubject()).isEqualTo("Run of a Bcc: everybody@example.com Greetings");
            });
        }
    }

    @Test
    void startTlsEncryptsBeforeTheLoginIsSaid() throws Exception {
        try (MailServer server = new MailServer();
                FrontDoor door = server.behind(Security.STARTTLS)) {
            server.mail().setUser("ops", PASSWORD);
            server.mail().getUserManager().setAuthRequired(true);

            assertThat(send(
                            settings("localhost", door.port(), Security.STARTTLS, "ops", "ops@example.com"),
                            NOTICE,
                            MailServer.trust()))
                    .isEmpty();
            assertThat(server.mail().getReceivedMessages()).hasSize(1);
            assertThat(door.heardInTheClear()).hasSize(2).last().isEqualTo("STARTTLS");
        }
    }

    @Test
    void tlsEncryptsFromTheFirstByteOn() throws Exception {
        try (MailServer server = new MailServer();
                FrontDoor door = server.behind(Security.TLS)) {
            assertThat(send(door.port(), "localhost", Security.TLS, MailServer.trust()))
                    .isEmpty();
            assertThat(server.mail().getReceivedMessages()).hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STARTTLS", "TLS"})
    void aCertificateOfAnotherHostIsNotAccepted(Security security) throws Exception {
        try (MailServer server = new MailServer();
                FrontDoor door = server.behind(security)) {
            assertThat(send(door.port(), "127.0.0.1", security, MailServer.trust()))
                    .containsExactly("mail by 127.0.0.1: no secure connection: the server's certificate is not trusted"
                            + " here, or is another host's");
            assertThat(server.mail().getReceivedMessages()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STARTTLS", "TLS"})
    void aCertificateThatNobodyVouchesForIsNotAccepted(Security security) throws Exception {
        try (MailServer server = new MailServer();
                FrontDoor door = server.behind(security)) {
            assertThat(send(door.port(), "localhost", security, null))
                    .singleElement()
                    .asString()
                    .contains("no secure connection");
            assertThat(server.mail().getReceivedMessages()).isEmpty();
        }
    }

    @Test
    void aServerWithoutStartTlsIsToldNothing() throws Exception {
        try (FrontDoor door = new FrontDoor(Security.NONE, null, 0)) {
            assertThat(send(
                            settings("localhost", door.port(), Security.STARTTLS, "ops", "ops@example.com"),
                            NOTICE,
                            MailServer.trust()))
                    .containsExactly("mail by localhost: the server has no STARTTLS, and nothing is sent in the clear");
            assertThat(door.heardInTheClear()).noneMatch(line -> line.startsWith("AUTH") || line.startsWith("MAIL"));
        }
    }

    @Test
    void aWrongLoginIsSaid() throws Exception {
        try (MailServer server = new MailServer();
                FrontDoor door = server.behind(Security.STARTTLS)) {
            server.mail().setUser("ops", "another password");
            server.mail().getUserManager().setAuthRequired(true);

            assertThat(send(
                            settings("localhost", door.port(), Security.STARTTLS, "ops", "ops@example.com"),
                            NOTICE,
                            MailServer.trust()))
                    .containsExactly("mail by localhost: the server refused the login");
        }
    }

    @Test
    void aServerThatAcceptsAndThenHangsIsGivenUpInTime() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            long began = System.nanoTime();

            List<String> failures = send(
                    settings("127.0.0.1", silent.getLocalPort(), Security.NONE, null, "ops@example.com"),
                    NOTICE,
                    null,
                    Duration.ofMillis(500));

            assertThat(failures).singleElement().asString().startsWith("mail by 127.0.0.1: ");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
        }
    }

    @Test
    void nobodyThereIsSaidSo() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }

        assertThat(send(settings("127.0.0.1", free, Security.NONE, null, "ops@example.com"), NOTICE, null))
                .containsExactly("mail by 127.0.0.1: no connection, the last of 3 tries");
    }

    @Test
    void theUsualPortsAreTheOnesOfTheirKind() {
        assertThat(mail(Security.STARTTLS)).isEqualTo(587);
        assertThat(mail(Security.TLS)).isEqualTo(465);
        assertThat(mail(Security.NONE)).isEqualTo(25);
    }

    private static int mail(Security security) {
        return new NoticeSettings.Mail("mail", null, security, null, null, "a@example.com", List.of("b@example.com"))
                .portOrUsual();
    }
}

package dev.offboarding.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offboarding.notice.Notice.Paragraph;
import dev.offboarding.notice.NoticeSettings.Format;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A webhook that is called over HTTP, however its other side behaves. */
class WebhookTest {

    private static final Notice NOTICE = new Notice(
            "Offboarding, run nightly: exit code 4",
            List.of(new Paragraph("What went wrong", List.of("one thing", "another"))));
    private static final Duration SHORT = Duration.ofMillis(20);

    private final Receiver receiver = new Receiver();

    @AfterEach
    void close() {
        receiver.close();
    }

    private List<String> send(Format format, Duration answer, Duration within) {
        Webhook webhook = new Webhook(new NoticeSettings.Webhook(receiver.webhookUrl(), format), answer);
        return sent(webhook, NOTICE, within);
    }

    /** Whatever is wrong, the address is nobody's business. */
    private static List<String> sent(Channel channel, Notice notice, Duration within) {
        List<String> failures = new Notifier(List.of(channel), SHORT)
                .send(notice, within).stream()
                        .map(failure -> failure.whom() + ": " + failure.why())
                        .toList();
        assertThat(failures.toString()).doesNotContain(Receiver.SECRET).doesNotContain("/services");
        return failures;
    }

    private List<String> send() {
        return send(Format.SLACK, Duration.ofSeconds(5), Duration.ofSeconds(10));
    }

    @Test
    void slackGetsItsTextAndBlocksOfPlainText() {
        assertThat(send(Format.SLACK, Duration.ofSeconds(5), Duration.ofSeconds(10)))
                .isEmpty();

        assertThat(receiver.calls()).singleElement().satisfies(call -> {
            assertThat(call.path()).isEqualTo("/services/" + Receiver.SECRET + "?sig=" + Receiver.SECRET);
            assertThat(call.headers().getFirst("Content-Type")).startsWith("application/json");
            JsonNode body = call.json();
            assertThat(body.get("text").asString()).isEqualTo("Offboarding, run nightly: exit code 4");
            assertThat(body.get("blocks").valueStream())
                    .allSatisfy(block ->
                            assertThat(block.at("/text/type").asString()).isEqualTo("plain_text"))
                    .extracting(block -> block.at("/text/text").asString())
                    .containsExactly("Offboarding, run nightly: exit code 4", "What went wrong\none thing\nanother");
        });
    }

    /** In Slack the only markup that there is; nothing in it can end it early. */
    @Test
    void aLinkToTheReportCanBeClicked() {
        Notice notice = new Notice(
                "Offboarding", List.of(), URI.create("https://example.com/r/a&b|c/report.html".replace("|", "%7C")));

        assertThat(sent(
                        new Webhook(new NoticeSettings.Webhook(receiver.webhookUrl(), Format.SLACK)),
                        notice,
                        Duration.ofSeconds(10)))
                .isEmpty();
        assertThat(sent(
                        new Webhook(new NoticeSettings.Webhook(receiver.webhookUrl(), Format.TEAMS)),
                        notice,
                        Duration.ofSeconds(10)))
                .isEmpty();

        JsonNode slack = receiver.calls().get(0).json().get("blocks");
        assertThat(slack.get(slack.size() - 1).at("/text/text").asString())
                .isEqualTo("<https://example.com/r/a&amp;b%7Cc/report.html|Open the report>");
        assertThat(receiver.calls()
                        .get(1)
                        .json()
                        .at("/attachments/0/content/actions/0/url")
                        .asString())
                .isEqualTo("https://example.com/r/a&b%7Cc/report.html");
    }

    @Test
    void teamsGetsAMessageWithOneAdaptiveCard() {
        receiver.answers(Receiver.status(202, ""));

        assertThat(send(Format.TEAMS, Duration.ofSeconds(5), Duration.ofSeconds(10)))
                .isEmpty();

        JsonNode body = receiver.calls().get(0).json();
        assertThat(body.get("type").asString()).isEqualTo("message");
        assertThat(body.get("attachments")).hasSize(1);
        JsonNode attachment = body.get("attachments").get(0);
        assertThat(attachment.get("contentType").asString()).isEqualTo("application/vnd.microsoft.card.adaptive");
        JsonNode card = attachment.get("content");
        assertThat(card.get("type").asString()).isEqualTo("AdaptiveCard");
        assertThat(texts(card))
                .containsExactly("Offboarding, run nightly: exit code 4", "What went wrong", "one thing", "another");
    }

    /** Of a card, all of whose blocks have to be of the one kind that knows no Markdown. */
    private static List<String> texts(JsonNode card) {
        assertThat(card.get("body").valueStream())
                .allSatisfy(block -> assertThat(block.get("type").asString()).isEqualTo("RichTextBlock"));
        return card.get("body")
                .valueStream()
                .map(block -> block.at("/inlines/0/text").asString())
                .toList();
    }

    @Test
    void whatComesFromOutsideIsTextAndNoMarkup() {
        String name =
                "<!channel> <https://evil.example|free> [free](https://evil.example) **A** & B\n\u202Eevil\u001b[2J";
        Notice notice = new Notice("Run " + name, List.of(new Paragraph("", List.of(name))));
        String plain = "<!channel> <https://evil.example|free> [free](https://evil.example) **A** & B evil [2J";
        String escaped =
                "&lt;!channel&gt; &lt;https://evil.example|free&gt; [free](https://evil.example) **A** &amp; B evil [2J";

        sent(
                new Webhook(new NoticeSettings.Webhook(receiver.webhookUrl(), Format.SLACK)),
                notice,
                Duration.ofSeconds(10));
        sent(
                new Webhook(new NoticeSettings.Webhook(receiver.webhookUrl(), Format.TEAMS)),
                notice,
                Duration.ofSeconds(10));

        JsonNode slack = receiver.calls().get(0).json();
        assertThat(slack.get("text").asString()).isEqualTo("Run " + escaped);
        assertThat(slack.at("/blocks/1/text/text").asString()).isEqualTo(escaped);
        assertThat(texts(receiver.calls().get(1).json().at("/attachments/0/content")))
                .containsExactly("Run " + plain, plain);
    }

    @ParameterizedTest
    @EnumSource
    void aLongNoticeIsCutToWhatTheOtherSideTakes(Format format) {
        List<String> lines = IntStream.range(0, 500)
                .mapToObj(n -> "&".repeat(400) + "\uD83D\uDE00".repeat(200))
                .toList();
        Notice notice = new Notice("&".repeat(5_000), List.of(new Paragraph("Many", lines)));

        assertThat(sent(
                        new Webhook(new NoticeSettings.Webhook(receiver.webhookUrl(), format)),
                        notice,
                        Duration.ofSeconds(10)))
                .isEmpty();

        Receiver.Call call = receiver.calls().get(0);
        assertThat(call.body()).contains("the rest is in the report");
        if (format == Format.TEAMS) {
            assertThat(call.body().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(28 * 1024);
        } else {
            assertThat(call.json().get("blocks").size()).isLessThanOrEqualTo(50);
            assertThat(call.json().get("blocks").valueStream())
                    .allSatisfy(block ->
                            assertThat(block.at("/text/text").asString()).hasSizeBetween(1, 3_000));
        }
    }

    @Test
    void oneThatAnswers500IsGivenUpAfterThreeTries() {
        receiver.answers(Receiver.status(500, "secret: " + Receiver.SECRET));

        assertThat(send()).containsExactly("webhook at 127.0.0.1: answered 500, the last of 3 tries");
        assertThat(receiver.calls()).hasSize(3);
    }

    @Test
    void oneThatComesBackIsReported() {
        receiver.answers(exchange ->
                Receiver.status(receiver.calls().size() < 3 ? 503 : 200, "").to(exchange));

        assertThat(send()).isEmpty();
        assertThat(receiver.calls()).hasSize(3);
    }

    @Test
    void oneThatRefusesIsNotAskedAgain() {
        receiver.answers(Receiver.status(404, "no_service"));

        assertThat(send()).containsExactly("webhook at 127.0.0.1: answered 404 (no_service)");
        assertThat(receiver.calls()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    void aRedirectIsNotFollowed(int status) {
        try (Receiver other = new Receiver()) {
            receiver.answers(exchange -> {
                exchange.getResponseHeaders().set("Location", other.url());
                exchange.sendResponseHeaders(status, -1);
            });

            assertThat(send())
                    .singleElement()
                    .asString()
                    .startsWith("webhook at 127.0.0.1: answered " + status + ", a redirect, which is not followed");
            assertThat(other.calls()).isEmpty();
            assertThat(receiver.calls()).hasSize(1);
        }
    }

    @Test
    void oneThatHangsIsGivenUpInTime() {
        receiver.answers(exchange -> receiver.hang());
        long began = System.nanoTime();

        assertThat(send(Format.SLACK, Duration.ofMillis(100), Duration.ofSeconds(10)))
                .containsExactly("webhook at 127.0.0.1: no answer within 100 ms, the last of 3 tries");

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
        // a machine with more to do may hand on the last call when nobody waits for its answer any more
        await().untilAsserted(() -> assertThat(receiver.calls()).hasSize(3));
    }

    @Test
    void oneThatAnswersByteByByteForEverIsGivenUpInTime() {
        receiver.answers(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            out.write('o');
            out.flush();
            receiver.hang();
        });

        assertThat(send(Format.SLACK, Duration.ofMillis(100), Duration.ofSeconds(10)))
                .containsExactly("webhook at 127.0.0.1: no answer within 100 ms, the last of 3 tries");
    }

    @Test
    void anAnswerWithoutEndIsNotReadToItsEnd() {
        receiver.answers(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] some = new byte[100_000];
            try (OutputStream out = exchange.getResponseBody()) {
                while (true) {
                    out.write(some);
                }
            }
        });

        assertThat(send()).isEmpty();
    }

    @Test
    void allTriesTogetherTakeNoLongerThanTheyMay() {
        receiver.answers(exchange -> receiver.hang());
        long began = System.nanoTime();

        List<String> failures = send(Format.SLACK, Duration.ofSeconds(60), Duration.ofMillis(300));

        assertThat(failures).singleElement().asString().startsWith("webhook at 127.0.0.1: ");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
    }

    @Test
    void whoWantsToBeLeftAloneIsLeftAlone() {
        receiver.answers(exchange -> {
            if (receiver.calls().size() == 1) {
                exchange.getResponseHeaders().set("Retry-After", "1");
                exchange.sendResponseHeaders(429, -1);
            } else {
                exchange.sendResponseHeaders(200, -1);
            }
        });
        long began = System.nanoTime();

        assertThat(send()).isEmpty();

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void whoWantsToBeLeftAloneForTooLongIsGivenUpAtOnce() {
        receiver.answers(exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "3600");
            exchange.sendResponseHeaders(429, -1);
        });

        assertThat(send())
                .containsExactly(
                        "webhook at 127.0.0.1: answered 429, and wants to be left alone for 3600 s, longer than is waited for");
        assertThat(receiver.calls()).hasSize(1);
    }

    @Test
    void nobodyThereIsSaidSo() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        WebhookUrl url = new WebhookUrl(URI.create("http://127.0.0.1:" + free + "/services/" + Receiver.SECRET));

        assertThat(sent(new Webhook(new NoticeSettings.Webhook(url, Format.SLACK)), NOTICE, Duration.ofSeconds(10)))
                .containsExactly("webhook at 127.0.0.1: no connection, the last of 3 tries");
        assertThat(url.toString()).isEqualTo("http://127.0.0.1/***");
    }

    @Test
    void oneThatFailsDoesNotKeepAnotherFromBeingNotified() {
        try (Receiver hanging = new Receiver()) {
            hanging.answers(exchange -> hanging.hang());
            Notifier notifier = new Notifier(
                    List.of(
                            new Webhook(new NoticeSettings.Webhook(hanging.webhookUrl(), Format.SLACK)),
                            new Webhook(new NoticeSettings.Webhook(receiver.webhookUrl(), Format.TEAMS))),
                    SHORT);

            assertThat(notifier.send(NOTICE, Duration.ofMillis(700))).hasSize(1);
            assertThat(receiver.calls()).hasSize(1);
        }
    }
}

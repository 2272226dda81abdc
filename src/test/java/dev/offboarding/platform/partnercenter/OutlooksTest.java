package dev.offboarding.platform.partnercenter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.RsaKeys;
import dev.offboarding.platform.Outlook;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What somebody has to see to in time, before a night fails for it. */
class OutlooksTest {

    private final Rig rig = new Rig();

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private List<Outlook> at(String now, @Nullable Duration clockAhead, long subscriptions, long customers) {
        rig.clock.set(Instant.parse(now));
        return new Outlooks(rig.settings(), rig.clock).of(ZoneOffset.UTC, clockAhead, subscriptions, customers);
    }

    private void renewed(String at) throws Exception {
        Files.setLastModifiedTime(rig.tokenFile, FileTime.from(Instant.parse(at)));
    }

    /** Valid to the end of 2034. */
    private void certificate() throws Exception {
        rig.certificate = Files.writeString(
                rig.folder.resolve("client.pem"),
                "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
                        .formatted(Base64.getMimeEncoder().encodeToString(SelfSigned.certificate(RsaKeys.OURS))));
        rig.secret = null;
    }

    @Test
    void aRefreshTokenLapsesNinetyDaysAfterItWasRenewed() throws Exception {
        renewed("2026-03-01T00:00:00Z");

        assertThat(at("2026-04-29T00:00:00Z", null, 0, 0)).singleElement().satisfies(it -> {
            assertThat(it.soon()).isFalse();
            assertThat(it.sentence())
                    .contains("is of 2026-03-01", "lapses on 2026-05-30, 31 days from now")
                    .doesNotContain("sign in anew");
        });
        assertThat(at("2026-04-30T00:00:00Z", null, 0, 0)).singleElement().satisfies(it -> {
            assertThat(it.soon()).isTrue();
            assertThat(it.sentence()).contains("30 days from now: sign in anew");
        });
    }

    @Test
    void aCertificateIsToBeReplacedInTime() throws Exception {
        certificate();
        renewed("2034-12-01T00:00:00Z");

        assertThat(at("2034-11-30T00:00:00Z", null, 0, 0)).first().satisfies(it -> {
            assertThat(it.soon()).isFalse();
            assertThat(it.sentence()).endsWith("client.pem is valid until 2035-01-01, 32 days from now");
        });
        assertThat(at("2034-12-02T00:00:00Z", null, 0, 0)).first().satisfies(it -> {
            assertThat(it.soon()).isTrue();
            assertThat(it.sentence()).contains("30 days from now: make a new one");
        });
        Files.writeString(rig.folder.resolve("client.pem"), "no certificate");
        assertThat(at("2034-12-02T00:00:00Z", null, 0, 0)).first().satisfies(it -> {
            assertThat(it.soon()).isTrue();
            assertThat(it.sentence()).endsWith("cannot be read");
        });
    }

    @Test
    void clockAndQuotaAreSaid() throws Exception {
        renewed("2026-03-01T00:00:00Z");
        rig.requestsPerMinute = 100;

        assertThat(at("2026-03-02T00:00:00Z", Duration.ofSeconds(-2), 51, 10))
                .extracting(Outlook::sentence)
                .contains(
                        "this machine's clock is 2 s ahead of that of Partner Center; a run stops at five minutes",
                        "what is planned takes some 101 requests of one resource, so at 100 a minute 2 minutes at least");
        assertThat(at("2026-03-02T00:00:00Z", Duration.ZERO, 50, 10))
                .extracting(Outlook::sentence)
                .contains(
                        "this machine's clock is that of Partner Center, to the second",
                        "what is planned takes some 100 requests of one resource, so at 100 a minute 1 minute at least");
    }
}

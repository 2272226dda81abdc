package dev.offboarding.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AuditEventTest {

    private static final UUID CUSTOMER = UUID.fromString("0b1c2d3e-1111-4222-8333-444455556666");
    private static final Instant AT = Instant.parse("2026-06-15T01:30:00.000012Z");
    private static final AuditEvent FULL = new AuditEvent(
            8, AT, "nightly", "run-1", "ledger", CUSTOMER, "OUTCOME", "SUSPEND", 7L, "{\"a\": [1, \"é\"]}");
    private static final String FULL_JSON =
            "{\"sequence\":8,\"at\":\"2026-06-15T01:30:00.000012Z\",\"job\":\"nightly\",\"run_id\":\"run-1\",\"platform\":\"ledger\","
                    + "\"customer_id\":\"0b1c2d3e-1111-4222-8333-444455556666\",\"kind\":\"OUTCOME\",\"action\":\"SUSPEND\",\"answers\":7,"
                    + "\"data\":{\"a\": [1, \"é\"]}}";

    @Test
    void theFormThatIsHashedIsWrittenToTheLetter() {
        assertThat(FULL.json()).isEqualTo(FULL_JSON);
    }

    @Test
    void whatAnEventDoesNotHaveIsNull() {
        AuditEvent event = new AuditEvent(
                1, Instant.parse("2026-06-15T01:30:00Z"), "j", "r", "ledger", null, "RUN_STARTED", null, null, "{}");

        assertThat(event.json())
                .isEqualTo(
                        "{\"sequence\":1,\"at\":\"2026-06-15T01:30:00.000000Z\",\"job\":\"j\",\"run_id\":\"r\",\"platform\":\"ledger\","
                                + "\"customer_id\":null,\"kind\":\"RUN_STARTED\",\"action\":null,\"answers\":null,\"data\":{}}");
    }

    @Test
    void textFromOutsideCannotEndItsString() {
        AuditEvent event =
                new AuditEvent(1, AT, "a\",\"kind\":\"X\n\\", "r", "ledger", null, "RUN_STARTED", null, null, "{}");

        assertThat(event.json()).contains("\"job\":\"a\\\",\\\"kind\\\":\\\"X\\n\\\\\",\"run_id\"");
    }

    @Test
    void theHashIsThatOfThePredecessorsHashAndTheLine() throws Exception {
        byte[] previous = HexFormat.of().parseHex("ab".repeat(32));
        ByteArrayOutputStream hashed = new ByteArrayOutputStream();
        hashed.write(previous);
        hashed.write(FULL_JSON.getBytes(StandardCharsets.UTF_8));

        assertThat(FULL.hash(previous))
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest(hashed.toByteArray()));
    }

    @Test
    void theHashIsTheSameForEver() {
        assertThat(HexFormat.of().formatHex(FULL.hash(new byte[32])))
                .isEqualTo("770f35c6343e0e2c3715a6f195b5370a21565719d1c60ec659b3b4e6d62734f1");
    }

    static List<AuditEvent> changed() {
        return List.of(
                new AuditEvent(9, AT, "nightly", "run-1", "ledger", CUSTOMER, "OUTCOME", "SUSPEND", 7L, FULL.data()),
                new AuditEvent(
                        8,
                        AT.plusNanos(1000),
                        "nightly",
                        "run-1",
                        "ledger",
                        CUSTOMER,
                        "OUTCOME",
                        "SUSPEND",
                        7L,
                        FULL.data()),
                new AuditEvent(8, AT, "nightlY", "run-1", "ledger", CUSTOMER, "OUTCOME", "SUSPEND", 7L, FULL.data()),
                new AuditEvent(8, AT, "nightly", "run-2", "ledger", CUSTOMER, "OUTCOME", "SUSPEND", 7L, FULL.data()),
                new AuditEvent(
                        8, AT, "nightly", "run-1", "partner-center", CUSTOMER, "OUTCOME", "SUSPEND", 7L, FULL.data()),
                new AuditEvent(8, AT, "nightly", "run-1", "ledger", null, "OUTCOME", "SUSPEND", 7L, FULL.data()),
                new AuditEvent(8, AT, "nightly", "run-1", "ledger", CUSTOMER, "INTENT", "SUSPEND", 7L, FULL.data()),
                new AuditEvent(8, AT, "nightly", "run-1", "ledger", CUSTOMER, "OUTCOME", "REMOVE", 7L, FULL.data()),
                new AuditEvent(8, AT, "nightly", "run-1", "ledger", CUSTOMER, "OUTCOME", "SUSPEND", 6L, FULL.data()),
                new AuditEvent(8, AT, "nightly", "run-1", "ledger", CUSTOMER, "OUTCOME", "SUSPEND", null, FULL.data()),
                new AuditEvent(8, AT, "nightly", "run-1", "ledger", CUSTOMER, "OUTCOME", "SUSPEND", 7L, "{}"));
    }

    @ParameterizedTest
    @MethodSource("changed")
    void whateverIsChangedChangesTheHash(AuditEvent changed) {
        assertThat(changed.hash(new byte[32])).isNotEqualTo(FULL.hash(new byte[32]));
    }

    @Test
    void anotherPredecessorChangesTheHash() {
        byte[] other = new byte[32];
        other[31] = 1;

        assertThat(FULL.hash(other)).isNotEqualTo(FULL.hash(new byte[32]));
    }
}

package dev.offboarding.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.Tries;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("sweep")
class AuditEventProperties {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void theLineIsJsonOnOneLineAndSaysWhatTheEventSays() {
        Tries.of(1000, draw -> {
            long sequence = draw.between(1, Long.MAX_VALUE);
            long micros = draw.between(0, 4_102_444_800_000_000L);
            String job = draw.text(20);
            String text = draw.text(20);
            Instant at = Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
            UUID customer = draw.uuid();
            String data = JSON.writeValueAsString(java.util.Map.of("text", text));

            String line =
                    new AuditEvent(sequence, at, job, "r", "ledger", customer, "DECIDED", null, sequence, data).json();

            assertThat(line).doesNotContain("\n", "\r");
            JsonNode read = JSON.readTree(line);
            assertThat(read.get("sequence").asLong()).isEqualTo(sequence);
            assertThat(Instant.parse(read.get("at").asString())).isEqualTo(at);
            assertThat(read.get("job").asString()).isEqualTo(job);
            assertThat(read.get("customer_id").asString()).isEqualTo(customer.toString());
            assertThat(read.get("data").get("text").asString()).isEqualTo(text);
        });
    }
}

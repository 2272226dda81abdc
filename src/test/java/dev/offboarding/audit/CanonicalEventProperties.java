package dev.offboarding.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CanonicalEventProperties {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Property
    void theLineIsJsonOnOneLineAndSaysWhatTheEventSays(
            @ForAll @LongRange(min = 1) long sequence,
            @ForAll @LongRange(min = 0, max = 4_102_444_800_000_000L) long micros,
            @ForAll @StringLength(max = 20) String job,
            @ForAll long high,
            @ForAll long low,
            @ForAll @StringLength(max = 20) String text) {
        Instant at = Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
        UUID customer = new UUID(high, low);
        String data = JSON.writeValueAsString(java.util.Map.of("text", text));

        String line =
                new CanonicalEvent(sequence, at, job, "r", "ledger", customer, "DECIDED", null, sequence, data).json();

        assertThat(line).doesNotContain("\n", "\r");
        JsonNode read = JSON.readTree(line);
        assertThat(read.get("sequence").asLong()).isEqualTo(sequence);
        assertThat(Instant.parse(read.get("at").asString())).isEqualTo(at);
        assertThat(read.get("job").asString()).isEqualTo(job);
        assertThat(read.get("customer_id").asString()).isEqualTo(customer.toString());
        assertThat(read.get("data").get("text").asString()).isEqualTo(text);
    }
}

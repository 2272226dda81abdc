package dev.offboarding.report.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events whose hashes are right, whatever they say. */
class EventLinesTest {

    private static final String NONE = "0".repeat(64);

    private static final String HEAD =
            "{\"sequence\":12,\"at\":\"2026-03-10T02:30:00Z\",\"job\":\"nightly\",\"run_id\":\"1\",\"platform\":\"ledger\",\"customer_id\":null,\"kind\":\"LIMITS\",\"action\":null,\"answers\":7,\"data\":";

    private static EventLines event(String data) throws Exception {
        return line(HEAD + data + "}");
    }

    private static EventLines line(String canonical) throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        sha256.update(HexFormat.of().parseHex(NONE));
        String hash = HexFormat.of().formatHex(sha256.digest(canonical.getBytes(StandardCharsets.UTF_8)));
        String line = canonical.substring(0, canonical.length() - 1)
                + ",\"previous\":\"%s\",\"hash\":\"%s\"}\n".formatted(NONE, hash);
        return new EventLines(new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void anEventIsReadWithWhatItSays() throws Exception {
        Event event = event("{\"plan_id\":\"p\",\"seen\":{\"a\":[1]},\"limits\":[{\"limit\":\"max-customers\"}]}")
                .next();

        assertThat(event).extracting(Event::sequence).isEqualTo(12L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"plan_id\":\"a\",\"plan_id\":\"b\"}",
                "{\"seen\":{},\"seen\":{}}",
                "{\"limits\":[{\"limit\":\"a\",\"limit\":\"b\"}]}"
            })
    void aKeyThatStandsTwiceIsAFinding(String data) throws Exception {
        EventLines events = event(data);

        assertThatThrownBy(events::next).isInstanceOf(Mismatch.class);
    }

    @Test
    void moreValuesThanAnEventHasAreAFinding() throws Exception {
        EventLines events = event(IntStream.range(0, 1_000_001)
                .mapToObj(name -> "\"" + name + "\":0")
                .collect(Collectors.joining(",", "{", "}")));

        assertThatThrownBy(events::next).isInstanceOf(Mismatch.class).hasMessageContaining("values in one piece");
    }

    /** It does not matter how its head is written, as long as it is JSON. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "nightly" | "night\\u006cy"
            "at":     | "at" :
            "data":   | "data" :
            "sequence":12 | "sequence":"12"
            "answers":7 | "answers":"7"
            """)
    void anEventInAnotherFormSaysTheSame(String one, String other) throws Exception {
        String canonical = HEAD + "{\"limits\":[1, \"é\"]}}";

        Event event = line(canonical).next();
        Event differently = line(canonical.replace(one, other)).next();

        assertThat(differently)
                .isNotNull()
                .usingRecursiveComparison()
                .ignoringFields("hash")
                .isEqualTo(event);
        assertThat(event).extracting(Event::answers).isEqualTo(7L);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "sequence":12 | "sequence":012
            "sequence":12 | "sequence":+12
            "sequence":12 | "sequence":
            "answers":7   | "answers":-
            "answers":7   | "answers":7,"more":1
            "job":        | "jo":
            "nightly"     | "night"ly"
            "nightly"     | night
            {}            | {}{}
            {}            | {},"more":1
            {}            | {
            {}            | `{\u0000}\u0000`
            {}            | {"a"}
            """)
    void whatIsNoJsonIsAFinding(String one, String other) throws Exception {
        EventLines events = line((HEAD + "{}}").replace(one, other));

        assertThatThrownBy(events::next).isInstanceOf(Mismatch.class);
    }
}

package dev.offboarding.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.audit.EventKind;
import dev.offboarding.cases.CaseOutcome;
import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.EffectReading;
import dev.offboarding.platform.WriteOutcome;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The schemas say what the program may say, and refuse what it may not. */
class PublishedSchemasTest {

    private static JsonNode schema(String name) throws IOException {
        try (var in = PublishedSchemasTest.class.getResourceAsStream("/schema/" + name + ".schema.json")) {
            return JsonMapper.shared().readTree(in);
        }
    }

    private static List<String> allowed(JsonNode property) {
        return property.get("enum")
                .valueStream()
                .filter(value -> !value.isNull())
                .map(JsonNode::asString)
                .toList();
    }

    private static String[] names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toArray(String[]::new);
    }

    @Test
    void everyWordOfTheProgramIsInThem() throws Exception {
        JsonNode customer = schema("report").get("$defs").get("customer").get("properties");
        JsonNode action = schema("report").get("$defs").get("action").get("properties");

        assertThat(allowed(customer.get("outcome"))).containsExactlyInAnyOrder(names(CaseOutcome.values()));
        assertThat(allowed(customer.get("state"))).containsExactlyInAnyOrder(names(CaseState.values()));
        assertThat(allowed(customer.get("hold_reason"))).containsExactlyInAnyOrder(names(HoldReason.values()));
        assertThat(allowed(customer.get("purchasing"))).containsExactlyInAnyOrder(names(EffectReading.Result.values()));
        assertThat(allowed(action.get("action"))).containsExactlyInAnyOrder(names(Action.values()));
        // what is open has no outcome in the trail
        assertThat(allowed(action.get("result")))
                .containsExactlyInAnyOrder(
                        names(java.util.EnumSet.complementOf(java.util.EnumSet.of(WriteOutcome.Result.OPEN))
                                .toArray(WriteOutcome.Result[]::new)));
        JsonNode exported = schema("export").get("properties");
        assertThat(allowed(exported.get("closed").get("propertyNames")))
                .containsExactlyInAnyOrder(names(CaseOutcome.values()));
        assertThat(names(EventKind.values())).allMatch(kind -> kind.matches("^[A-Z_]+$"));
    }

    @Test
    void aHashThatIsNoneAWordThatNobodyKnowsAndAKeyTooManyAreRefused() {
        String event = """
                {"sequence":1,"at":"2026-11-22T03:30:30.500000Z","job":"j","run_id":"r","platform":"ledger","customer_id":null,
                 "kind":"LIST","action":null,"answers":null,"data":{},"previous":"%s","hash":"%s"}
                """.formatted("0".repeat(64), "ab".repeat(32));
        assertThat(PublishedSchemas.errors(event, PublishedSchemas.EVENT)).isEmpty();
        assertThat(PublishedSchemas.errors(event.replace("\"abab", "\"xbab"), PublishedSchemas.EVENT))
                .isNotEmpty();
        assertThat(PublishedSchemas.errors(event.replace("\"ledger\"", "\"elsewhere\""), PublishedSchemas.EVENT))
                .isNotEmpty();
        assertThat(PublishedSchemas.errors(
                        event.replace("\"data\":{}", "\"data\":{},\"more\":1"), PublishedSchemas.EVENT))
                .isNotEmpty();
        assertThat(PublishedSchemas.errors(event.replace("LIST", "INTENT"), PublishedSchemas.EVENT))
                .isNotEmpty();
        assertThat(PublishedSchemas.errors("{}", PublishedSchemas.REPORT)).hasSizeGreaterThan(20);
        assertThat(PublishedSchemas.errors("{}", PublishedSchemas.EXPORT)).hasSizeGreaterThan(15);
        assertThat(PublishedSchemas.errors("{}", PublishedSchemas.MANIFEST)).hasSizeGreaterThan(5);
    }
}

package dev.offboarding.cases;

import dev.offboarding.platform.Effect;
import dev.offboarding.platform.EffectReading;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.RawValue;

/** How the parts of a case are kept in JSON columns: the reports' own names. */
public final class CaseJson {

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            // a value may have more behind it
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final String NOTHING = "[]";
    private static final String NO_MEMBERS = "{}";

    private static final TypeReference<Map<String, Object>> MEMBERS = new TypeReference<>() {};
    private static final TypeReference<Map<String, EffectReading>> EFFECTS = new TypeReference<>() {};

    private CaseJson() {}

    /** The value as maps, lists and JSON's own types, for the trail. */
    public static Object tree(Object value) {
        return JSON.convertValue(value, Object.class);
    }

    /** The value as it is stored, for the trail: it is written there as it is, and not taken apart before. */
    public static RawValue json(Object value) {
        return new RawValue(value instanceof Collection<?> values ? write(values) : write(value));
    }

    /** A stored JSON object as such. */
    public static Map<String, Object> members(String json) {
        return json.equals(NO_MEMBERS) ? Map.of() : JSON.readValue(json, MEMBERS);
    }

    static String write(Object value) {
        return JSON.writeValueAsString(value);
    }

    /** Most of a case's lists are empty, and a case is written in each step. */
    static String write(Collection<?> values) {
        return values.isEmpty() ? NOTHING : JSON.writeValueAsString(values);
    }

    static <T> T read(String json, TypeReference<T> type) {
        return JSON.readValue(json, type);
    }

    static JsonParser parser(String json) {
        return JSON.createParser(json);
    }

    /** The value at which the parser is. */
    static <T> T read(JsonParser json, TypeReference<T> type) {
        return JSON.readValue(json, type);
    }

    static <T> List<T> list(String json, TypeReference<List<T>> type) {
        return json.equals(NOTHING) ? List.of() : JSON.readValue(json, type);
    }

    public static Map<String, EffectReading> byKey(Map<Effect, EffectReading> effects) {
        Map<String, EffectReading> byKey = new LinkedHashMap<>();
        effects.forEach((effect, reading) -> byKey.put(effect.key(), reading));
        return byKey;
    }

    static String effects(Map<Effect, EffectReading> effects) {
        return effects.isEmpty() ? NO_MEMBERS : JSON.writeValueAsString(byKey(effects));
    }

    static Map<Effect, EffectReading> effects(String json) {
        Map<Effect, EffectReading> effects = new EnumMap<>(Effect.class);
        if (json.equals(NO_MEMBERS)) {
            return effects;
        }
        Map<String, EffectReading> byKey = JSON.readValue(json, EFFECTS);
        for (Effect effect : Effect.values()) {
            EffectReading reading = byKey.get(effect.key());
            if (reading != null) {
                effects.put(effect, reading);
            }
        }
        return effects;
    }
}

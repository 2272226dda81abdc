package dev.offboarding.cases;

import dev.offboarding.platform.Effect;
import dev.offboarding.platform.EffectReading;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** How the parts of a case are kept in JSON columns: the reports' own names. */
public final class CaseJson {

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private static final TypeReference<Map<String, Object>> MEMBERS = new TypeReference<>() {};

    private CaseJson() {}

    /** The value as maps, lists and JSON's own types, for the trail. */
    public static Object tree(Object value) {
        return JSON.convertValue(value, Object.class);
    }

    /** A stored JSON object as such. */
    public static Map<String, Object> members(String json) {
        return json.equals("{}") ? Map.of() : JSON.readValue(json, MEMBERS);
    }

    static String write(Object value) {
        return JSON.writeValueAsString(value);
    }

    static <T> T read(String json, TypeReference<T> type) {
        return JSON.readValue(json, type);
    }

    public static Map<String, EffectReading> byKey(Map<Effect, EffectReading> effects) {
        Map<String, EffectReading> byKey = new LinkedHashMap<>();
        effects.forEach((effect, reading) -> byKey.put(effect.key(), reading));
        return byKey;
    }

    static Map<Effect, EffectReading> byEffect(Map<String, EffectReading> byKey) {
        Map<Effect, EffectReading> effects = new EnumMap<>(Effect.class);
        for (Effect effect : Effect.values()) {
            EffectReading reading = byKey.get(effect.key());
            if (reading != null) {
                effects.put(effect, reading);
            }
        }
        return effects;
    }
}

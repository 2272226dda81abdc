package dev.offboarding.approvals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a plan is based on: where it is carried out, and the settings that decide what is done. Limits and schedule decide when, and are not
 * part of it; nor are protected customers, to whom nothing is ever planned.
 */
public record PlanBasis(Map<String, String> values) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<LinkedHashMap<String, String>> VALUES = new TypeReference<>() {};

    /** Keeps the order. */
    public PlanBasis {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    static PlanBasis read(String json) {
        return new PlanBasis(JSON.readValue(json, VALUES));
    }

    /** As it is kept, and reported. */
    public String json() {
        return JSON.writeValueAsString(values);
    }

    /** The first lines of what a plan's digest is made of. */
    public String header() {
        StringBuilder header = new StringBuilder();
        values.forEach(
                (name, value) -> header.append(name).append(' ').append(value).append('\n'));
        return header.toString();
    }

    /** What is not as it was, one phrase each. */
    List<String> differences(PlanBasis before) {
        List<String> differences = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(values.keySet());
        names.addAll(before.values.keySet());
        for (String name : names) {
            String was = before.values.getOrDefault(name, "not set");
            String is = values.getOrDefault(name, "not set");
            if (!was.equals(is)) {
                differences.add("%s was %s, and is %s".formatted(name, was, is));
            }
        }
        return differences;
    }
}

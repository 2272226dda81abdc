package dev.offboarding.approvals;

import dev.offboarding.kit.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a plan is based on: where it is carried out, and the settings that decide what is done. Limits and schedule decide when, and are not
 * part of it; nor are protected customers, to whom nothing is ever planned.
 */
public record PlanBasis(Map<String, String> values) {

    /** Whom a list withdraws because it is without them; missing where that is nobody. */
    public static final String WITHDRAWN = "withdrawn-when-unlisted";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<LinkedHashMap<String, String>> VALUES = new TypeReference<>() {};

    /** Keeps the order. */
    public PlanBasis {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    static PlanBasis read(String json) {
        return new PlanBasis(JSON.readValue(json, VALUES));
    }

    /** The same plan, of which these customers are no part who are withdrawn beside it: with others it is not the same decision. */
    public PlanBasis withdrawing(Collection<UUID> customers) {
        String ids = customers.stream().map(UUID::toString).sorted().collect(Collectors.joining("\n"));
        Map<String, String> and = new LinkedHashMap<>(values);
        and.put(
                WITHDRAWN,
                "%d %s"
                        .formatted(
                                customers.size(),
                                Sha256.hex(Sha256.begin().digest(ids.getBytes(StandardCharsets.UTF_8)))));
        return new PlanBasis(and);
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

package dev.offboarding.report;

import dev.offboarding.kit.JsonText;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** JSON as reports have it. */
final class ReportJson {
    static final JsonMapper MAPPER = JsonMapper.shared();

    private ReportJson() {}

    /** The members of a stored JSON object, in order; empty if it is not one. */
    static Map<String, String> members(String stored) {
        if (stored.equals("{}")) {
            return Map.of();
        }
        Map<String, String> members = new LinkedHashMap<>();
        MAPPER.readTree(stored).properties().forEach(member -> {
            String value = JsonText.of(member.getValue());
            members.put(member.getKey(), value == null ? "" : value);
        });
        return members;
    }
}

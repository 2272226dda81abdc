package dev.offboarding.standin;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v1/auditrecords}: what Microsoft itself wrote down. */
final class AuditApi {

    private static final int DAYS_KEPT = 90;

    private final World world;
    private final Shown shown;

    AuditApi(World world, Shown shown) {
        this.world = world;
        this.shown = shown;
    }

    Answer list(Call call) {
        Instant now = world.now();
        LocalDate today = now.atOffset(ZoneOffset.UTC).toLocalDate();
        LocalDate start = date(call.query.get("startDate"), today.minusDays(30));
        LocalDate end = date(call.query.get("endDate"), today);
        if (start.isBefore(today.minusDays(DAYS_KEPT)) || end.isBefore(start)) {
            throw Refusal.badInput("The start date must be within the last 90 days.");
        }
        String filter = call.query.getOrDefault("filter", "");
        int size = Shown.size(call.query.get("size"), world.settings.auditPage);
        int from = 0;
        String token = call.header("MS-ContinuationToken");
        if (token != null && "Next".equalsIgnoreCase(call.query.get("seekOperation"))) {
            from = Integer.parseInt(PageToken.parse(token).after());
        }
        Filter wanted = filter(filter);
        Instant first = start.atStartOfDay().toInstant(ZoneOffset.UTC);
        Instant last = end.atStartOfDay().toInstant(ZoneOffset.UTC).plus(Duration.ofDays(1));
        List<World.AuditEntry> all = world.audit.stream()
                .filter(it -> !it.shownFrom().isAfter(now))
                .filter(it -> !it.at().isBefore(first) && it.at().isBefore(last))
                .filter(wanted::matches)
                .toList();
        int to = Math.min(all.size(), from + size);
        List<ObjectNode> rows = all.subList(Math.min(from, to), to).stream()
                .map(it -> shown.of(call, it.json()))
                .toList();
        String self = "/auditrecords?" + (call.uri.getRawQuery() == null ? "" : call.uri.getRawQuery());
        ObjectNode collection = AnswerWriter.collection(rows, self);
        if (to < all.size() && !call.faulted(InjectedFault.LIST_ENDS_EARLY)) {
            int then = call.faulted(InjectedFault.LIST_LOOP) ? from : to;
            String uri = self.contains("seekOperation=Next") ? self : self + "&seekOperation=Next";
            AnswerWriter.next(collection, uri, new PageToken("", size, Integer.toString(then)).text());
        }
        return Answer.json(200, collection);
    }

    private static LocalDate date(@Nullable String text, LocalDate otherwise) {
        try {
            return text == null ? otherwise : LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw Refusal.badInput("The date is not valid. Use yyyy-mm-dd.");
        }
    }

    private record Filter(String field, String value) {
        boolean matches(World.AuditEntry it) {
            return switch (field) {
                case "" -> true;
                case "companyname" -> AnswerWriter.lower(it.customerName()).contains(value);
                case "customerid" -> it.customerId().equals(value);
                default ->
                    AnswerWriter.lower(it.json().path("resourceType").asString())
                            .equals(value);
            };
        }
    }

    private static Filter filter(String text) {
        if (text.isEmpty()) {
            return new Filter("", "");
        }
        JsonNode json;
        try {
            json = AnswerWriter.JSON.readTree(text);
        } catch (JacksonException e) {
            throw Refusal.badInput("The filter is not valid JSON.");
        }
        String field = AnswerWriter.lower(String.valueOf(AnswerWriter.text(json, "Field")));
        String value = AnswerWriter.text(json, "Value");
        String operator = AnswerWriter.lower(String.valueOf(AnswerWriter.text(json, "Operator")));
        String allowed = switch (field) {
            case "companyname" -> "substring";
            case "customerid", "resourcetype" -> "equals";
            default -> throw Refusal.badInput("The filter field is not supported.");
        };
        if (value == null || !operator.equals(allowed)) {
            throw Refusal.badInput("The filter operator is not supported for this field.");
        }
        return new Filter(field, AnswerWriter.lower(value));
    }
}

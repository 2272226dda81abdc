package dev.offboarding.run.worlds;

import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.PartnerCenterStandIn;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One member of what Partner Center answers about each odd customer is something else, every time that it is answered. */
public final class OddAnswers implements PartnerCenterStandIn.Garbling {

    /** Of a wrong type, out of every range, and what no text can hold; as JSON. */
    public static final List<String> VALUES = List.of(
            "null",
            "\"\"",
            "\" \"",
            "0",
            "-1",
            "1.5",
            "1e400",
            "-0.0",
            "123456789012345678901234567890",
            "true",
            "\"true\"",
            "\"3\"",
            "[]",
            "{}",
            "[null]",
            "[[[1]]]",
            "[1, \"two\", {}]",
            "{\"id\": null}",
            "\"9999-12-31T23:59:59.9999999Z\"",
            "\"9999-12-14T00:00:00Z\"",
            "\"0001-01-01T00:00:00\"",
            "\"0001-01-01\"",
            "\"+999999999-12-31T23:59:59Z\"",
            "\"-999999999-01-01T00:00:00Z\"",
            "\"infinity\"",
            "\"2026-02-30T00:00:00Z\"",
            "20260310",
            "\"a\\u0000b\\u0007\\r\\nc\\u2028d\"",
            "\"\\ud83d\"",
            "\"x\\ude00y\"",
            "\"\\u202Egnp\"",
            "\"=HYPERLINK(1)\"",
            "\"../../customers\"",
            "\"1-1-1-1-1\"",
            "\"{x} %s %00 ?a=b#c\"",
            "\"" + "x".repeat(1_000_000) + "\"",
            "\"" + "\\ud83d\\ude00".repeat(301) + "\"",
            "[".repeat(600) + "]".repeat(600));

    /** Where what is said of one customer stands, and how it is called there. */
    private static final Map<Endpoint, String> LISTS = new EnumMap<>(Map.of(
            Endpoint.CUSTOMER_LIST, "/items id",
            Endpoint.GDAP_READ, "/value customer/tenantId",
            Endpoint.AUDIT, "/items customerId"));

    private static final List<Endpoint> ENDPOINTS = List.of(
            Endpoint.CUSTOMER_LIST,
            Endpoint.CUSTOMER_READ,
            Endpoint.CUSTOMER_READ,
            Endpoint.CUSTOMER_WRITE,
            Endpoint.SUBSCRIPTION_LIST,
            Endpoint.SUBSCRIPTION_LIST,
            Endpoint.SUBSCRIPTION_LIST,
            Endpoint.SUBSCRIPTION_READ,
            Endpoint.SUBSCRIPTION_WRITE,
            Endpoint.SUPPORT_CONTACT,
            Endpoint.ENTITLEMENTS,
            Endpoint.ENTITLEMENTS,
            Endpoint.TRANSFERS,
            Endpoint.AUDIT,
            Endpoint.GDAP_READ,
            Endpoint.GDAP_READ);

    private static final String HERE = "@@here@@";
    private static final JsonMapper JSON = JsonMapper.shared();

    /** @param value JSON; null where the member is left out */
    public record Odd(
            Endpoint endpoint, double which, @Nullable String value) {
        public String inWords(@Nullable String pointer) {
            String shown = value == null ? "left out" : value.length() > 60 ? value.substring(0, 60) + "…" : value;
            return endpoint + " " + (pointer == null ? "(never answered)" : pointer) + " = " + shown;
        }
    }

    private final Map<String, Odd> byCustomer = new ConcurrentHashMap<>();
    private final Map<String, String> pointers = new ConcurrentHashMap<>();

    /** @return what was chosen for this customer */
    public Odd about(String customer, Random random) {
        Odd odd = new Odd(
                ENDPOINTS.get(random.nextInt(ENDPOINTS.size())),
                random.nextDouble(),
                random.nextInt(12) == 0 ? null : VALUES.get(random.nextInt(VALUES.size())));
        byCustomer.put(customer.toLowerCase(Locale.ROOT), odd);
        return odd;
    }

    /** Nothing odd about this one after all. */
    public void ordinary(String customer) {
        byCustomer.remove(customer.toLowerCase(Locale.ROOT));
    }

    /** Whether it is not certain that the customer list is whole, or it cannot be read at all. */
    public boolean spoilsTheList(String customer) {
        String id = customer.toLowerCase(Locale.ROOT);
        Odd odd = byCustomer.get(id);
        return odd != null
                && odd.endpoint() == Endpoint.CUSTOMER_LIST
                && ("/id".equals(pointers.get(id))
                        || (odd.value() != null && odd.value().startsWith("[[[[")));
    }

    public String inWords(String customer) {
        String id = customer.toLowerCase(Locale.ROOT);
        Odd odd = byCustomer.get(id);
        return odd == null ? "ordinary" : odd.inWords(pointers.get(id));
    }

    /** Which member it was; null where nothing of the kind was answered. */
    @Nullable
    public String pointer(String customer) {
        return pointers.get(customer.toLowerCase(Locale.ROOT));
    }

    @Override
    public String garble(Endpoint endpoint, String path, String body) {
        String text = body;
        for (Map.Entry<String, Odd> one : byCustomer.entrySet()) {
            if (one.getValue().endpoint() == endpoint) {
                text = garble(one.getKey(), one.getValue(), path, text);
            }
        }
        return text;
    }

    private String garble(String customer, Odd odd, String path, String body) {
        String list = LISTS.get(odd.endpoint());
        if (list == null && !path.contains(customer)) {
            return body;
        }
        JsonNode whole;
        try {
            whole = JSON.readTree(body);
        } catch (JacksonException e) {
            return body;
        }
        String root = list == null ? "" : entry(whole, customer, list);
        if (root == null) {
            return body;
        }
        List<String> all = new ArrayList<>();
        collect(root, root.isEmpty() ? whole : whole.at(root), all);
        if (all.isEmpty()) {
            return body;
        }
        String below = pointers.computeIfAbsent(
                customer, key -> all.get((int) (odd.which() * all.size())).substring(root.length()));
        String pointer = root + below;
        int last = pointer.lastIndexOf('/');
        JsonNode parent = last == 0 ? whole : whole.at(pointer.substring(0, last));
        String name = pointer.substring(last + 1).replace("~1", "/").replace("~0", "~");
        if (parent instanceof ObjectNode object && object.has(name)) {
            if (odd.value() == null) {
                object.remove(name);
            } else {
                object.put(name, HERE);
            }
        } else if (parent instanceof ArrayNode array && Integer.parseInt(name) < array.size()) {
            if (odd.value() == null) {
                array.remove(Integer.parseInt(name));
            } else {
                array.set(Integer.parseInt(name), HERE);
            }
        } else {
            return body;
        }
        String text = JSON.writeValueAsString(whole);
        return odd.value() == null ? text : text.replace("\"" + HERE + "\"", odd.value());
    }

    private static @Nullable String entry(JsonNode whole, String customer, String list) {
        String[] parts = list.split(" ");
        JsonNode array = whole.at(parts[0]);
        for (int i = 0; i < array.size(); i++) {
            if (array.get(i).at("/" + parts[1]).asString("").equalsIgnoreCase(customer)) {
                return parts[0] + "/" + i;
            }
        }
        return null;
    }

    private static void collect(String pointer, JsonNode node, List<String> all) {
        node.properties().forEach(it -> {
            String below = pointer + "/" + it.getKey().replace("~", "~0").replace("/", "~1");
            all.add(below);
            collect(below, it.getValue(), all);
        });
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            all.add(pointer + "/" + i);
            collect(pointer + "/" + i, node.get(i), all);
        }
    }
}

package dev.offboarding.platform.partnercenter;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Collections that come page by page, followed as their links say. */
final class Pages {

    /**
     * A collection, as far as it could be read.
     *
     * @param items those read
     * @param flaw why they are not all of them; null when they are
     * @param refused the answer that said no to its first page; null where there was none
     * @param begun when its first page was asked for: nothing in it is older
     * @param at when the last of it was read
     * @param pages how many were asked for
     */
    record Collection(
            List<JsonNode> items,
            @Nullable String flaw,
            Reply.@Nullable Refused refused,
            Instant begun,
            Instant at,
            int pages) {
        boolean complete() {
            return flaw == null;
        }

        /** With one more, that was read on its own. */
        Collection with(JsonNode another, Instant readAt) {
            List<JsonNode> more = new ArrayList<>(items);
            more.add(another);
            return new Collection(List.copyOf(more), flaw, refused, begun, readAt, pages);
        }

        /** As one that is not complete. */
        Collection without(String why) {
            return new Collection(items, why, refused, begun, at, pages);
        }

        String flawOrNothing() {
            return flaw == null ? "" : flaw;
        }
    }

    private static final Pattern HEADER = Pattern.compile("[\\x20-\\x7e]+");
    /** What has more has no end. */
    static final int MOST = 20_000;

    private final Client client;
    private final Clock clock;
    private final String apiPath;
    private final String graphPath;

    Pages(Client client, PartnerCenterSettings settings, Clock clock) {
        this.client = client;
        this.clock = clock;
        this.apiPath = path(settings.apiUrl());
        this.graphPath = path(settings.graphUrl());
    }

    private static String path(URI base) {
        return base.getRawPath() == null ? "" : base.getRawPath();
    }

    Collection all(Quota quota, String path) {
        return all(quota, path, MOST);
    }

    /** @param most how many pages are read at most; what has more is not complete */
    Collection all(Quota quota, String path, int most) {
        List<JsonNode> items = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        Set<Request> seen = new HashSet<>();
        long promised = 0;
        Request next = Request.get(quota, path);
        Instant begun = clock.instant();
        Instant at = Instant.EPOCH;
        while (next != null) {
            if (!seen.add(anonymous(next))) {
                return flawed(items, "its pages go round in a circle", begun, at, seen.size());
            }
            if (seen.size() > most) {
                return flawed(items, moreThan(most), begun, at, seen.size());
            }
            Reply reply = client.read(next);
            if (reply instanceof Reply.Refused refused) {
                String why = next.words() + " " + refused.words();
                return new Collection(items, why, seen.size() == 1 ? refused : null, begun, refused.at(), seen.size());
            }
            if (!(reply instanceof Reply.Accepted accepted) || accepted.body() == null) {
                return flawed(items, reply.words(), begun, at, seen.size());
            }
            at = accepted.at();
            String array = next.toGraph() ? "value" : "items";
            JsonNode list = PartnerCenterJson.get(accepted.body(), array);
            if (list == null || !list.isArray()) {
                return flawed(items, next.words() + " answered without " + array, begun, at, seen.size());
            }
            List<JsonNode> page = PartnerCenterJson.elements(accepted.body(), array);
            for (JsonNode item : page) {
                String id = PartnerCenterJson.text(item, "id");
                if (id != null && !ids.add(id.toLowerCase(Locale.ROOT))) {
                    return flawed(items, "it shows %s twice".formatted(ErrorBody.line(id)), begun, at, seen.size());
                }
                items.add(item);
            }
            Long total = PartnerCenterJson.number(accepted.body(), "totalCount");
            if (total != null && total > page.size()) {
                promised = Math.max(promised, total);
            }
            try {
                next = next(next, accepted.body());
            } catch (URISyntaxException e) {
                return flawed(items, "where its next page is cannot be understood", begun, at, seen.size());
            }
        }
        if (promised > items.size()) {
            return flawed(
                    items,
                    "it says that it has %d entries and shows %d".formatted(promised, items.size()),
                    begun,
                    at,
                    seen.size());
        }
        return new Collection(List.copyOf(items), null, null, begun, at, seen.size());
    }

    /** The flaw of what has more pages than are read. */
    static String moreThan(int pages) {
        return "it has more than %d pages".formatted(pages);
    }

    private static Collection flawed(List<JsonNode> items, String flaw, Instant begun, Instant at, int pages) {
        return new Collection(List.copyOf(items), flaw, null, begun, at, pages);
    }

    /** Two requests for one page are equal but for their ids. */
    private static Request anonymous(Request request) {
        return new Request(
                request.quota(), request.method(), request.path(), request.headers(), null, new java.util.UUID(0, 0));
    }

    /**
     * @return null where it ends
     * @throws URISyntaxException it continues, and where is not clear
     */
    private @Nullable Request next(Request request, ObjectNode body) throws URISyntaxException {
        if (request.toGraph()) {
            String link = link(body, "@odata.nextLink");
            return link == null ? null : Request.get(request.quota(), below(link, graphPath));
        }
        JsonNode next = object(object(body, "links"), "next");
        String uri = next == null ? null : link(next, "uri");
        if (next != null && uri == null) {
            throw new URISyntaxException("", "a next page without an address");
        }
        if (uri == null) {
            return null;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (JsonNode header : PartnerCenterJson.elements(next, "headers")) {
            String key = PartnerCenterJson.text(header, "key");
            String value = PartnerCenterJson.text(header, "value");
            // only what pages are for: a link does not get to say who we are
            if ("MS-ContinuationToken".equalsIgnoreCase(key) && value != null) {
                if (!HEADER.matcher(value).matches()) {
                    throw new URISyntaxException("", "a continuation token that no header can hold");
                }
                headers.put("MS-ContinuationToken", value);
            }
        }
        String path = below(uri, apiPath);
        String versioned = path.toLowerCase(Locale.ROOT).startsWith("/v1/") ? path : "/v1" + path;
        return Request.get(request.quota(), versioned, headers);
    }

    /** Null where there is none. */
    private static @Nullable JsonNode object(@Nullable JsonNode parent, String name) throws URISyntaxException {
        JsonNode value = PartnerCenterJson.get(parent, name);
        if (value != null && !value.isObject()) {
            throw new URISyntaxException("", name + " is not an object");
        }
        return value;
    }

    private static @Nullable String link(JsonNode parent, String name) throws URISyntaxException {
        JsonNode value = PartnerCenterJson.get(parent, name);
        if (value == null) {
            return null;
        }
        if (!value.isString() || value.asString().isBlank()) {
            throw new URISyntaxException("", name + " is not an address");
        }
        return value.asString().strip();
    }

    /** A link's path and query, below the configured address: a token never goes to another one, whatever a link says. */
    private static String below(String link, String base) throws URISyntaxException {
        String relative = link.replaceFirst("^[A-Za-z][A-Za-z0-9+.-]*://[^/?]*", "");
        if (!base.isEmpty() && relative.startsWith(base + "/")) {
            relative = relative.substring(base.length());
        }
        String path = relative.startsWith("/") ? relative : "/" + relative;
        new URI("http://localhost" + path);
        return path;
    }
}

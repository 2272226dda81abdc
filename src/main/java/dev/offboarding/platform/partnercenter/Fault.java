package dev.offboarding.platform.partnercenter;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an error's body says, in any of the shapes that were seen: the service's two faults, the gateway's, Graph's, a page of HTML,
 * nothing at all.
 *
 * @param code of Partner Center a number as text, of Graph a word; empty where there is none
 * @param text what the platform says about it, as one short line; may be empty
 * @param voice who speaks
 */
record Fault(String code, String text, Voice voice) {

    enum Voice {
        SERVICE,
        /** The gateway before it: knows nothing of customers. */
        GATEWAY,
        GRAPH,
        /** An answer without a body. */
        NOBODY,
        /** HTML or the like, of whatever stands in between. */
        STRANGER
    }

    private static final int LONGEST = 300;
    private static final Pattern NOT_FOR_A_LINE = Pattern.compile("[\\p{Cntrl}\\s\\u2028\\u2029]+");
    private static final Pattern WAIT = Pattern.compile("again in (\\d{1,5}) seconds?", Pattern.CASE_INSENSITIVE);

    static Fault of(byte[] body) {
        if (body.length == 0 || new String(body, StandardCharsets.UTF_8).isBlank()) {
            return new Fault("", "", Voice.NOBODY);
        }
        ObjectNode json = Json.object(body);
        if (json == null) {
            return new Fault("", "", Voice.STRANGER);
        }
        JsonNode graph = Json.get(json, "error");
        if (graph != null && graph.isObject()) {
            return new Fault(Json.text(graph, "code", ""), line(Json.text(graph, "message", "")), Voice.GRAPH);
        }
        String code = Json.text(json, "code");
        String text = line(Json.text(json, "description", Json.text(json, "message", "")));
        boolean gateway = code == null && Json.get(json, "statusCode") != null;
        return new Fault(code == null ? "" : line(code), text, gateway ? Voice.GATEWAY : Voice.SERVICE);
    }

    boolean is(int wanted) {
        return code.equals(Integer.toString(wanted));
    }

    /** How many seconds the gateway asks to wait, in its text; null where it does not. */
    @Nullable
    Long wait(int status) {
        Matcher matcher = WAIT.matcher(text);
        return status == 429 && matcher.find() ? Long.valueOf(matcher.group(1)) : null;
    }

    /** Text from outside as one short line. */
    static String line(String text) {
        String line = NOT_FOR_A_LINE.matcher(text).replaceAll(" ").strip();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }
}

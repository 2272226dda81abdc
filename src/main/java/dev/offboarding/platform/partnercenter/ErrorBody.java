package dev.offboarding.platform.partnercenter;

import dev.offboarding.kit.OneLine;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an error's body says, in any of the shapes that were seen: the service's two faults, the gateway's, Graph's. Everything else (a
 * page of HTML, JSON of another shape, nothing at all) may come from a box in between, and is not an answer.
 *
 * @param code of Partner Center a number as text, of Graph a word; empty where there is none
 * @param text what the platform says about it, as one short line; may be empty
 * @param voice who speaks
 */
record ErrorBody(String code, String text, Voice voice) {

    enum Voice {
        SERVICE,
        /** The gateway before it: knows nothing of customers, and says that there are too many requests. */
        GATEWAY,
        GRAPH,
        /** An answer without a body, or with JSON of another shape: of a box in between, perhaps. */
        UNSIGNED,
        /** A page of HTML, or other text: whoever it was, the platform does not speak like that. */
        STRANGER
    }

    private static final int LONGEST = 300;
    private static final Pattern WAIT = Pattern.compile("again in (\\d{1,5}) seconds?", Pattern.CASE_INSENSITIVE);

    /** Whether the platform itself has said it, as it says it to those who ask there. */
    boolean ofPlatform(boolean graph) {
        return graph ? voice == Voice.GRAPH : voice == Voice.SERVICE || voice == Voice.GATEWAY;
    }

    static ErrorBody of(int status, byte[] body) {
        ObjectNode json = PartnerCenterJson.object(body);
        if (json == null) {
            return new ErrorBody("", "", body.length == 0 ? Voice.UNSIGNED : Voice.STRANGER);
        }
        JsonNode graph = PartnerCenterJson.get(json, "error");
        if (graph != null
                && graph.isObject()
                && PartnerCenterJson.text(graph, "code") != null
                && PartnerCenterJson.has(graph, "message")) {
            return new ErrorBody(
                    PartnerCenterJson.text(graph, "code", ""),
                    line(PartnerCenterJson.text(graph, "message", "")),
                    Voice.GRAPH);
        }
        String code = PartnerCenterJson.text(json, "code");
        String text = line(PartnerCenterJson.text(json, "description", PartnerCenterJson.text(json, "message", "")));
        // both of the service's faults have these two; others that call a number "code" call its text "message"
        if (code != null && PartnerCenterJson.has(json, "description")) {
            return new ErrorBody(line(code), text, Voice.SERVICE);
        }
        boolean gateway = status == 429 && code == null && PartnerCenterJson.get(json, "statusCode") != null;
        return new ErrorBody("", gateway ? text : "", gateway ? Voice.GATEWAY : Voice.UNSIGNED);
    }

    boolean is(int wanted) {
        return code.equals(Integer.toString(wanted));
    }

    /** Another operation on the same thing is under way, which is over on a later night. */
    boolean operationUnderWay() {
        return is(900278) || is(800082) || is(800060) || is(800064);
    }

    /** How many seconds the gateway asks to wait, in its text; null where it does not. */
    @Nullable
    Long wait(int status) {
        Matcher matcher = WAIT.matcher(text);
        return status == 429 && matcher.find() ? Long.valueOf(matcher.group(1)) : null;
    }

    /** Text from outside as one short line. */
    static String line(String text) {
        return OneLine.cut(OneLine.words(text), LONGEST);
    }
}

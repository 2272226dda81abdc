package dev.offboarding.standin;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The way of a call: token, quota, faults, state, faults again. Its result is null where no answer is to be given. */
final class Exchange {

    private record Remembered(String request, Answer answer, Instant at) {}

    private final World world;
    private final CallJournal journal;
    private final InjectedFaults faults;
    private final Quotas quotas;
    private final Gate gate;
    private final PartnerCenterApi api;
    private final GraphApi graph;
    private final Map<String, Remembered> remembered = new HashMap<>();

    Exchange(World world, CallJournal journal, InjectedFaults faults, Gate gate, PartnerCenterApi api, GraphApi graph) {
        this.world = world;
        this.journal = journal;
        this.faults = faults;
        this.quotas = new Quotas(world.settings);
        this.gate = gate;
        this.api = api;
        this.graph = graph;
    }

    @Nullable
    Answer process(Call call) {
        try {
            if (call.host != Host.LOGIN) {
                call.token = world.signIn.check(call);
            }
            Duration wait = quotas.take(call.endpoint.resource, world.now());
            if (!wait.isZero()) {
                return throttled(call, wait, false);
            }
            InjectedFaults.Drawn drawn = faults.draw(call);
            call.drawn = drawn;
            if (!drawn.slow().isZero()) {
                gate.await(drawn.slow());
            }
            InjectedFault fault = drawn.fault();
            if (fault == null) {
                return apply(call);
            }
            return fault.before ? before(call, drawn, fault) : after(call, drawn, fault);
        } catch (Refusal refused) {
            return refused(call, refused);
        }
    }

    private @Nullable Answer before(Call call, InjectedFaults.Drawn drawn, InjectedFault fault) {
        int status = drawn.status();
        return switch (fault) {
            case CONNECTION_LOST -> null;
            case HANG_BEFORE -> {
                hang(call, drawn);
                yield null;
            }
            case THROTTLED -> throttled(call, drawn.taking(), drawn.dated());
            case THROTTLED_UNTIMED -> {
                Answer untimed = throttled(call, null, false);
                yield drawn.asking() == null ? untimed : untimed.with("Retry-After", drawn.asking());
            }
            case TOKEN_DIES -> {
                world.signIn.dies(call);
                throw call.host == Host.GRAPH
                        ? new Refusal(401, "InvalidAuthenticationToken", "Access token has expired.")
                        : new Refusal(401, 400, "Access denied.");
            }
            case FORBIDDEN ->
                throw call.host == Host.GRAPH
                        ? new Refusal(403, "Authorization_RequestDenied", "Insufficient privileges.")
                        : new Refusal(
                                status == 0 ? 403 : status, drawn.code() == 0 ? 2032 : drawn.code(), "Access denied.");
            case REFUSED -> throw new Refusal(status, drawn.code(), "The request was refused.");
            case HTML_ERROR -> Answer.html(status == 0 ? 502 : status);
            case BOX_BEFORE -> box(drawn);
            default -> serverError(call, drawn);
        };
    }

    private @Nullable Answer after(Call call, InjectedFaults.Drawn drawn, InjectedFault fault) {
        if (fault == InjectedFault.LANDS_LATE) {
            journal.hangs(call);
            gate.await(drawn.taking());
        }
        Answer answer;
        try {
            answer = apply(call);
        } catch (Refusal refused) {
            answer = refused(call, refused);
        }
        call.landedLate = fault == InjectedFault.LANDS_LATE && call.applied;
        boolean success = answer.status() < 300;
        return switch (fault) {
            case SERVER_ERROR_AFTER -> serverError(call, drawn);
            case BOX_AFTER -> box(drawn);
            case ANSWER_LOST, LANDS_LATE -> null;
            case HANG_AFTER -> {
                hang(call, drawn);
                yield null;
            }
            case EMPTY_BODY -> success ? Answer.empty(answer.status()) : answer;
            case COMPRESSED -> answer.compressed();
            case MISLABELLED -> answer.with("Content-Encoding", "gzip");
            case TRUNCATED_JSON -> success ? answer.cut(answer.body().length / 2) : answer;
            default -> answer;
        };
    }

    private static Answer box(InjectedFaults.Drawn drawn) {
        if (drawn.page().isEmpty() && drawn.status() / 100 == 4) {
            return Answer.empty(drawn.status());
        }
        byte[] page = drawn.page().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        String type = drawn.page().startsWith("{") ? "application/json" : "text/html";
        Answer answer = new Answer(drawn.status(), java.util.Map.of("Content-Type", type), page);
        return drawn.status() / 100 == 3 ? answer.with("Location", "http://gateway.invalid/blocked") : answer;
    }

    private void hang(Call call, InjectedFaults.Drawn drawn) {
        journal.settled(call);
        journal.hangs(call);
        gate.await(drawn.taking());
    }

    /** The one place where the state is looked at or changed. */
    private Answer apply(Call call) {
        synchronized (world) {
            if (call.host == Host.LOGIN) {
                return world.signIn.token(call);
            }
            String id = call.isWrite() && call.host == Host.API ? call.header("MS-RequestId") : null;
            Instant now = world.now();
            if (id != null) {
                Remembered first = remembered.get(id);
                if (first != null && now.isBefore(first.at().plus(world.settings.requestIdMemory))) {
                    if (!first.request().equals(CallJournal.fingerprint(call))) {
                        throw Refusal.badInput("The request identifier was used for another request.");
                    }
                    return first.answer();
                }
            }
            Answer answer;
            try {
                answer = call.host == Host.GRAPH ? graph.handle(call) : api.handle(call);
            } catch (Refusal refused) {
                answer = refused(call, refused);
            }
            if (id != null) {
                remembered.put(id, new Remembered(CallJournal.fingerprint(call), answer, now));
            }
            return answer;
        }
    }

    private String retryAfter(Duration wait, boolean dated) {
        return dated ? AnswerWriter.httpDate(world.now().plus(wait)) : Long.toString(Math.max(1, wait.toSeconds()));
    }

    private Answer throttled(Call call, @Nullable Duration wait, boolean dated) {
        ObjectNode body;
        if (call.host == Host.GRAPH) {
            body = graphError(call, "TooManyRequests", "Too many requests.");
        } else {
            String again = " Try again in " + (wait == null ? 1 : Math.max(1, wait.toSeconds())) + " seconds.";
            // a client that is given a date has to read it
            String text = "Rate limit is exceeded." + (dated ? "" : again);
            body = AnswerWriter.object().put("statusCode", 429).put("message", text);
        }
        Answer answer = Answer.json(429, body);
        return wait == null ? answer : answer.with("Retry-After", retryAfter(wait, dated));
    }

    private Answer serverError(Call call, InjectedFaults.Drawn drawn) {
        int status = drawn.status() != 0
                ? drawn.status()
                : new int[] {500, 502, 503, 504}[world.dice.pick("5xx", call.number, 4)];
        Answer answer = switch (world.dice.pick("5xx shape", call.number, 4)) {
            case 0 -> Answer.html(status);
            case 1 -> Answer.empty(status);
            default -> refused(call, new Refusal(status, 800003, "An unexpected error has occurred."));
        };
        return drawn.pause() == null ? answer : answer.with("Retry-After", retryAfter(drawn.pause(), drawn.dated()));
    }

    private Answer refused(Call call, Refusal it) {
        if (call.host == Host.LOGIN) {
            return world.signIn.refused(it, call.number);
        }
        if (call.host == Host.GRAPH) {
            return Answer.json(it.status, graphError(call, it.code, it.description()));
        }
        Answer answer = Answer.json(it.status, fault(call, it));
        return it.status == 401
                ? answer.with("WWW-Authenticate", "OAuth realm=urn:cpsvc:cpid:" + world.signIn.clientId())
                : answer;
    }

    /** The two shapes of a fault; its code is a number, and now and then a string. */
    private ObjectNode fault(Call call, Refusal it) {
        ObjectNode body = AnswerWriter.object();
        if (world.dice.pick("code", call.number, 5) == 0) {
            body.put("code", it.code);
        } else {
            body.put("code", Integer.parseInt(it.code));
        }
        boolean commerce = it.code.startsWith("2000");
        if (commerce || it.code.length() < 6 || world.dice.pick("shape", call.number, 3) == 0) {
            body.put("description", it.description()).putArray("data");
            return body.put("source", commerce ? "PartnerFD" : "PartnerApiServiceControllers");
        }
        body.put("message", it.description()).put("description", it.description());
        body.put("errorName", "Error" + it.code)
                .put("isRetryable", it.status >= 500)
                .putObject("parameters");
        return body.put("errorMessageExtended", "InternalErrorCode=" + it.code);
    }

    private ObjectNode graphError(Call call, String code, String message) {
        ObjectNode body = AnswerWriter.object();
        String client = call.header("client-request-id");
        String request = world.dice.uuid("graph", call.number).toString();
        body.putObject("error")
                .put("code", code)
                .put("message", message)
                .putObject("innerError")
                .put("date", AnswerWriter.date(world.now(), 0).replace("Z", ""))
                .put("request-id", request)
                .put("client-request-id", client == null ? request : client);
        return body;
    }
}

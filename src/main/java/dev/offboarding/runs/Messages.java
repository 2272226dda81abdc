package dev.offboarding.runs;

import static java.util.Map.entry;

import dev.offboarding.platform.Action;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a run ended, for people, wherever they read it. */
public final class Messages {

    private static final Map<String, String> OUTCOMES = Map.ofEntries(
            entry("OFFBOARDED", "offboarded: suspended, removed, and seen to be gone"),
            entry("REMOVED", "removed; still to be confirmed as gone"),
            entry("SUSPENDED", "suspended; the removal is still to come"),
            entry("HELD", "held"),
            entry("FAILED", "failed; the next run tries again"),
            entry("WITHDRAWN", "withdrawn"),
            entry("CLOSED", "closed on somebody's word, not offboarded"),
            entry("RE_ESTABLISHED", "removed earlier, and re-established since"),
            entry("PLANNED", "planned"),
            entry("NOT_READ", "not read: the run ended before it looked at them"));

    private Messages() {}

    /** Follows the number of customers, like {@code held}. */
    public static String outcome(String outcome, long customers) {
        if (outcome.equals("ALREADY_OFFBOARDED")) {
            return customers == 1 ? "was offboarded already" : "were offboarded already";
        }
        return OUTCOMES.getOrDefault(outcome, outcome);
    }

    /** Customers by outcome in few words, like {@code 9 offboarded, 5 held}. */
    public static String customers(Map<String, Long> outcomes) {
        return outcomes.entrySet().stream()
                .map(e -> e.getValue() + " " + inShort(e.getKey()))
                .collect(Collectors.joining(", "));
    }

    private static String inShort(String outcome) {
        return switch (outcome) {
            case "ALREADY_OFFBOARDED" -> "offboarded already";
            case "REMOVED" -> "to be confirmed";
            case "RE_ESTABLISHED" -> "re-established";
            default -> outcome.toLowerCase(Locale.ROOT).replace('_', ' ');
        };
    }

    /** What a plan would write, like {@code 31 subscriptions suspended, 8 relationships removed}. */
    public static String planned(Map<Action, Long> writes) {
        if (writes.isEmpty()) {
            return "nothing to be written";
        }
        return writes.entrySet().stream()
                .map(e -> "%d %s".formatted(e.getValue(), planned(e.getKey(), e.getValue() == 1)))
                .collect(Collectors.joining(", "));
    }

    private static String planned(Action action, boolean one) {
        return switch (action) {
            case SUSPEND -> one ? "subscription suspended" : "subscriptions suspended";
            case CANCEL -> one ? "subscription cancelled" : "subscriptions cancelled";
            case AUTO_RENEW_OFF ->
                one ? "cancellation scheduled for the end of a term" : "cancellations scheduled for the ends of terms";
            case REMOVE -> one ? "relationship removed" : "relationships removed";
            case TERMINATE_GDAP -> one ? "delegated administration ended" : "delegated administrations ended";
            case DELETE_GDAP ->
                one ? "request for delegated administration deleted" : "requests for delegated administration deleted";
            case REACTIVATE -> one ? "subscription reactivated" : "subscriptions reactivated";
        };
    }

    /** So many rows were set aside, or files refused, as {@link #setAside} says it. */
    public static long countSetAside(long rows, long filesRefused) {
        return rows == 0 ? filesRefused : rows;
    }

    /**
     * Follows that number, like {@code rows of the list were set aside, 2 files refused whole}.
     *
     * @param query whether the list is the result of a query: there is no file then
     */
    public static String setAside(long rows, long filesRefused, boolean query) {
        if (rows == 0) {
            return query
                    ? "result of the query was refused whole"
                    : filesRefused == 1 ? "file of the list was refused whole" : "files of the list were refused whole";
        }
        String aside = rows == 1 ? "row of the list was set aside" : "rows of the list were set aside";
        if (filesRefused == 0) {
            return aside;
        }
        return query
                ? aside + ", the query's result refused whole"
                : "%s, %d %s refused whole".formatted(aside, filesRefused, filesRefused == 1 ? "file" : "files");
    }

    /** Where no case was open: a night without work is one thing, a night that achieved nothing is another. */
    public static String noCases(Mode mode, ExitCode exitCode, long filesRefused) {
        if (mode == Mode.WITHDRAW) {
            return "Nothing was left to be withdrawn or closed.";
        }
        if (!exitCode.finished()) {
            return "No open cases, and the run ended before it could open any.";
        }
        return filesRefused > 0 ? "No open cases." : "No open cases: there was nothing to do.";
    }

    /**
     * What an exit code means.
     *
     * @param outcomes customers by outcome; null where that is not known
     */
    public static String exitCode(ExitCode exitCode, Mode mode, @Nullable Map<String, Long> outcomes) {
        return switch (exitCode) {
            case OK ->
                switch (mode) {
                    case PLAN -> "a run would do this";
                    case WITHDRAW -> carriedOut(outcomes);
                    case RUN -> "every case that could go on ended as planned";
                };
            case UNEXPECTED -> "unexpected error";
            case WRONG_USAGE -> "wrong usage or configuration; nothing was touched";
            case STOPPED_BY_LIMIT -> "stopped by a limit, a missing approval or a wrong clock; nothing was written";
            case NEEDS_ATTENTION -> "finished, but something needs attention: see the report";
            case TO_BE_CONFIRMED -> "finished, but effects are still to be confirmed; the next run looks again";
            case ALREADY_RUNNING -> "another run is under way";
            case UNAVAILABLE -> "the platform, its sign-in or a database could not be used; the next run continues";
            case EVIDENCE_BROKEN -> "the evidence could not be written, or is not in order";
            case STOPPED_EARLY -> "stopped early; the next run continues";
        };
    }

    /** Whoever asked has asked for nothing more once this is said: it may not be said of what only waits. */
    private static String carriedOut(@Nullable Map<String, Long> outcomes) {
        if (outcomes == null) {
            return "what was asked for is carried out, but for what waits";
        }
        long held = outcomes.getOrDefault("HELD", 0L);
        if (held == 0) {
            return "what was asked for is carried out";
        }
        return outcomes.size() == 1
                ? "what was asked for is recorded, and waits: a run carries it out once nothing holds it any more"
                : "what was asked for is carried out, but for %d %s, of whom it is recorded and waits"
                        .formatted(held, held == 1 ? "customer" : "customers");
    }

    /** Why what somebody asked for is not carried out yet, following the reason of a hold; empty where that reason says it. */
    public static String carriedOutOnce(String holdReason) {
        return switch (holdReason) {
            case "PAUSED" -> ": carried out once it is resumed, or the pause has ended";
            case "OTHER_PLATFORM" -> ": carried out once the job works there again, or the case was adopted";
            default -> ": carried out by the run that finds it over";
        };
    }

    /** What is said of a run in which there is no customer. */
    public static String nobody(Mode mode) {
        return mode == Mode.WITHDRAW ? "nobody left to be withdrawn or closed" : "no open case";
    }
}

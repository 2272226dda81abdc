package dev.offboarding.report;

import dev.offboarding.cases.RunCases;
import dev.offboarding.runs.RunRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happened, in one sentence.
 *
 * @param tone done, wait, look or bad
 * @param word the tone in a word or two
 */
record PageHeadline(String sentence, String tone, String word) {

    /** @param planned what a plan would write */
    static PageHeadline of(RunRow run, ControlTotals totals, RunCases.Planned planned) {
        boolean plan = run.mode().equals("plan");
        String happened = happened(totals, plan ? planned : null, planned.putBack());
        String lead = lead(run, plan);
        String sentence;
        if (!lead.isEmpty()) {
            sentence = happened.isEmpty() ? lead : lead + ": " + happened;
        } else if (happened.isEmpty()) {
            sentence = run.mode().equals("withdraw")
                    ? "Nothing was left to be withdrawn or closed"
                    : "There was nothing to do: no case is open";
        } else if (totals.outcomes().keySet().equals(java.util.Set.of("HELD"))
                && totals.rows().rejected() == 0) {
            sentence = run.mode().equals("withdraw")
                    ? "What was asked for is recorded and could not be carried out yet: "
                            + (totals.customers() == 1
                                    ? "the customer waits"
                                    : "all %s customers wait".formatted(PageText.number(totals.customers())))
                    : totals.customers() == 1
                            ? "Nothing could continue: the one open case waits"
                            : "Nothing could continue: all %s open cases wait"
                                    .formatted(PageText.number(totals.customers()));
        } else {
            sentence = happened;
        }
        return new PageHeadline(
                sentence.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + sentence.substring(1) + ".",
                tone(run.exitCode(), run.interrupted()),
                word(run.exitCode(), run.interrupted()));
    }

    /** What the exit code says beyond the counts. */
    private static String lead(RunRow run, boolean plan) {
        String prefix = plan ? "a plan, nothing was written" : "";
        if (run.interrupted()) {
            return (plan ? "this plan" : "this run")
                    + " broke off before its end, and the run after it looked up what it had done";
        }
        Long exitCode = run.exitCode();
        if (exitCode == null) {
            return "this run has no end on record";
        }
        String lead = switch (exitCode.intValue()) {
            case 1 -> "ended by an unexpected error";
            case 3 -> stoppedBefore(run.stopReason(), plan);
            case 7 -> unavailable(run.stopReason());
            case 8 -> "the evidence of this run is not in order";
            case 9 -> stoppedEarly(run.stopReason());
            default -> "";
        };
        return prefix.isEmpty() || lead.isEmpty() ? prefix + lead : prefix + "; " + lead;
    }

    private static String stoppedBefore(@Nullable String reason, boolean plan) {
        String why = switch (String.valueOf(reason)) {
            case "APPROVAL" -> "the plan is not approved";
            case "CLOCK" -> "a clock is wrong";
            default -> "the plan is over a limit";
        };
        return plan
                ? "a run would stop before its first write, because " + why
                : "stopped before the first write, because " + why;
    }

    private static String unavailable(@Nullable String reason) {
        return "LOCK_LOST".equals(reason)
                ? "stopped, because the database session that kept other runs away was lost"
                : "the platform, its sign-in or a database could not be used";
    }

    private static String stoppedEarly(@Nullable String reason) {
        if (reason == null) {
            return "stopped early";
        }
        return switch (reason) {
            case "SIGNAL" -> "stopped early by a signal";
            case "MAX_DURATION" -> "stopped early, because its time was up";
            case "FAILURE_BRAKE" -> "stopped early, because too many customers failed";
            default -> "stopped early";
        };
    }

    /** Empty where there is nothing to say. */
    private static String happened(ControlTotals totals, RunCases.@Nullable Planned planned, long notPutBack) {
        List<String> parts = new ArrayList<>();
        if (planned != null) {
            planned(parts, totals.outcomes().getOrDefault("PLANNED", 0L), planned);
        }
        for (Map.Entry<String, Long> outcome : totals.outcomes().entrySet()) {
            // those of whom something is planned are told already
            long told = planned == null
                    ? 0
                    : switch (outcome.getKey()) {
                        case "PLANNED" -> outcome.getValue();
                        case "HELD" -> planned.endsWhileHeld();
                        default -> 0;
                    };
            if (planned == null && outcome.getKey().equals("PLANNED") && notPutBack > 0) {
                told = Math.min(notPutBack, outcome.getValue());
                parts.add(subject(told, parts.isEmpty())
                        + (told == 1 ? " was to be put back and was not" : " were to be put back and were not"));
            }
            if (outcome.getValue() > told) {
                parts.add(part(outcome.getKey(), outcome.getValue() - told, planned != null, parts.isEmpty()));
            }
        }
        long rejected = totals.rows().rejected();
        if (rejected > 0) {
            parts.add(PageText.count(rejected, "row", "rows") + (parts.isEmpty() ? " of the list" : "")
                    + (rejected == 1 ? " was" : " were") + " set aside");
        }
        if (parts.size() < 2) {
            return String.join("", parts);
        }
        return String.join(", ", parts.subList(0, parts.size() - 1)) + " and " + parts.get(parts.size() - 1);
    }

    private static void planned(List<String> parts, long all, RunCases.Planned planned) {
        long offboarded = all - planned.suspended() - planned.putBack() - planned.other();
        if (offboarded > 0) {
            parts.add(subject(offboarded, parts.isEmpty()) + " would be offboarded");
        }
        if (planned.suspended() > 0) {
            parts.add(subject(planned.suspended(), parts.isEmpty()) + " would be suspended");
        }
        if (planned.putBack() > 0) {
            parts.add(subject(planned.putBack(), parts.isEmpty()) + " would be put back as "
                    + (planned.putBack() == 1 ? "it was" : "they were"));
        }
        if (planned.endsWhileHeld() > 0) {
            parts.add(subject(planned.endsWhileHeld(), parts.isEmpty())
                    + (planned.endsWhileHeld() == 1 ? " would be held, its terms" : " would be held, their terms")
                    + " scheduled to end");
        }
        if (planned.other() > 0) {
            parts.add(subject(planned.other(), parts.isEmpty()) + " would continue");
        }
    }

    private static String subject(long count, boolean first) {
        return first ? PageText.count(count, "customer", "customers") : PageText.number(count);
    }

    private static String part(String outcome, long count, boolean plan, boolean first) {
        boolean one = count == 1;
        String was = plan ? "would be" : one ? "was" : "were";
        String is = one ? "is" : "are";
        return subject(count, first) + " "
                + switch (outcome) {
                    case "OFFBOARDED" -> was + " offboarded";
                    case "ALREADY_OFFBOARDED" -> (one ? "was" : "were") + " offboarded already";
                    case "REMOVED" -> was + " removed and " + is + " still to be confirmed";
                    case "SUSPENDED" -> is + " suspended with the removal still to come";
                    case "HELD" -> plan ? "would be held" : is + " held";
                    case "FAILED" -> plan ? "could not be read" : "failed";
                    case "WITHDRAWN" -> was + " withdrawn";
                    case "CLOSED" -> was + " closed on somebody's word";
                    case "RE_ESTABLISHED" -> (one ? "was" : "were") + " re-established after the removal";
                    case "PLANNED" -> plan ? "would be offboarded" : was + " planned and not begun";
                    case "NOT_READ" -> (one ? "was" : "were") + " not read";
                    default -> "ended as " + outcome;
                };
    }

    /** Of how a run ended. */
    static String tone(@Nullable Long exitCode, boolean interrupted) {
        if (interrupted || exitCode == null) {
            return "look";
        }
        return switch (exitCode.intValue()) {
            case 0 -> "done";
            case 5, 9 -> "wait";
            case 3, 4 -> "look";
            default -> "bad";
        };
    }

    /** How a run ended, in a word or two. */
    static String word(@Nullable Long exitCode, boolean interrupted) {
        if (interrupted) {
            return "Interrupted";
        }
        if (exitCode == null) {
            return "No end on record";
        }
        return switch (exitCode.intValue()) {
            case 0 -> "As planned";
            case 3 -> "Stopped before writing";
            case 4 -> "Needs attention";
            case 5 -> "To be confirmed";
            case 7 -> "Could not be used";
            case 8 -> "Evidence not in order";
            case 9 -> "Stopped early";
            default -> "Error";
        };
    }
}

package dev.offboarding.platform.ledger;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.CancelledException;
import dev.offboarding.kit.RetryPolicy;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Admission;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The writes of one call. A set is written as a whole; where the ledger objects, by halves, until whatever it objects to is
 * alone: one customer's fault is not the others'.
 */
final class LedgerWrites {
    /** Enough to find one culprit among thousands; more would keep a run busy for hours on a ledger that hangs. */
    private static final int TIMEOUTS = 14;

    private static final String STOPPED = "The run was stopped before this was sent.";

    private final Transactions transactions;
    private final RowLocks rowLocks;
    private final LedgerTimes times;
    private final CancellationToken cancellation;
    private final Clock clock;
    private final Admission admission;
    private final WriteOutcome[] outcomes;
    private final Map<UUID, List<WriteOutcome>> done = new HashMap<>();
    private boolean answered;
    private int timeouts;

    LedgerWrites(
            Transactions transactions,
            RowLocks rowLocks,
            LedgerTimes times,
            CancellationToken cancellation,
            Clock clock,
            Admission admission,
            int writes) {
        this.transactions = transactions;
        this.rowLocks = rowLocks;
        this.times = times;
        this.cancellation = cancellation;
        this.clock = clock;
        this.admission = admission;
        this.outcomes = new WriteOutcome[writes];
    }

    /**
     * What became of writes that were made together.
     *
     * @param outcomes in the order of the writes
     * @param answered whether the ledger has answered anything
     * @param away why the ledger could not be used to the end; what it says nothing of was then not sent, or its answer was lost
     */
    record Made(
            List<WriteOutcome> outcomes,
            boolean answered,
            @Nullable PlatformUnavailableException away) {}

    Made make(List<Write> writes, Map<Action, SetWrite> kinds) {
        PlatformUnavailableException away = null;
        try {
            for (Map<Action, List<NumberedWrite>> wave : Waves.of(writes)) {
                wave.forEach((action, asked) -> make(action, asked, kinds));
            }
        } catch (CancelledException e) {
            // whatever was under way without an answer is rolled back, or has said that it is open
            answerTheRest(writes, STOPPED);
        } catch (PlatformUnavailableException e) {
            away = e;
            answerTheRest(writes, "The ledger could no longer be used.");
        }
        return new Made(Arrays.stream(outcomes).map(Objects::requireNonNull).toList(), answered, away);
    }

    private void answerTheRest(List<Write> writes, String why) {
        for (int i = 0; i < outcomes.length; i++) {
            if (outcomes[i] == null) {
                answer(LedgerAnswer.notSent(new NumberedWrite(i, writes.get(i)), why));
            }
        }
    }

    private void make(Action action, List<NumberedWrite> asked, Map<Action, SetWrite> kinds) {
        SetWrite kind = kinds.get(action);
        List<NumberedWrite> sendable = new ArrayList<>();
        for (NumberedWrite one : asked) {
            if (kind == null) {
                answer(LedgerAnswer.withheld(one, null, action + " does not exist on the ledger."));
            } else if (one.target().isEmpty()) {
                answer(LedgerAnswer.withheld(one, null, "The target is not an id of the form that the ledger has."));
            } else if (action == Action.REMOVE && !one.id().equals(one.customer())) {
                answer(LedgerAnswer.withheld(one, null, "A removal's target has to be the customer itself."));
            } else {
                sendable.add(one);
            }
        }
        if (kind != null) {
            Waves.cut(sendable, kind.size()).forEach(part -> settle(part, kind, times.retries(cancellation)));
        }
    }

    private void settle(List<NumberedWrite> asked, SetWrite kind, RetryPolicy retries) {
        settle(asked, kind, retries, false);
    }

    private void settle(List<NumberedWrite> asked, SetWrite kind, RetryPolicy retries, boolean again) {
        List<NumberedWrite> left = asked;
        RetryPolicy.Attempts attempts = retries.attempts();
        while (!left.isEmpty()) {
            if (!admission.mayStart()) {
                left.forEach(one -> answer(LedgerAnswer.notSent(one, STOPPED)));
                return;
            }
            left = withoutForbidden(left);
            if (left.isEmpty()) {
                return;
            }
            List<NumberedWrite> now = left.stream().map(this::afterWhatWasDone).toList();
            SQLException error = null;
            try {
                Map<String, String> locks = rowLocks.clauses(kind.tables());
                SetWrite.Attempt attempt =
                        transactions.write(session -> kind.attempt(session, now, locks, clock.instant(), again));
                attempt.verdicts().forEach(this::answer);
                left = attempt.busy();
            } catch (WriteSwallowedException e) {
                e.refusals().forEach(this::answer);
                Set<NumberedWrite> refused =
                        e.refusals().stream().map(LedgerAnswer::asked).collect(toSet());
                left = now.stream().filter(one -> !refused.contains(one)).toList();
                continue;
            } catch (UnprovenException e) {
                again(now, kind, retries);
                return;
            } catch (LostConnectionException e) {
                if (e.wrote()) {
                    lost(now, kind, e);
                    return;
                }
                if (attempts.isLast()) {
                    throw LedgerErrors.unavailable(e.error());
                }
            } catch (SQLException e) {
                error = e;
                if (!LedgerErrors.busy(e)) {
                    split(now, kind, retries, e);
                    return;
                }
            }
            if (!left.isEmpty() && !attempts.againOrCancelled()) {
                giveUp(left, kind, error);
                return;
            }
        }
    }

    private List<NumberedWrite> withoutForbidden(List<NumberedWrite> asked) {
        Map<Write, String> forbidden =
                admission.forbidden(asked.stream().map(NumberedWrite::write).toList());
        List<NumberedWrite> sendable = new ArrayList<>();
        for (NumberedWrite one : asked) {
            String why = forbidden.get(one.write());
            if (why == null) {
                sendable.add(one);
            } else {
                answer(LedgerAnswer.forbidden(one, why));
            }
        }
        return sendable;
    }

    /**
     * By halves of customers, until one whose writes cannot be distinguished from someone else's is alone. A customer that was changed right
     * before is seen to be so when it is read again, before anything is written.
     */
    private void again(List<NumberedWrite> asked, SetWrite kind, RetryPolicy retries) {
        List<List<NumberedWrite>> customers = List.copyOf(asked.stream()
                .collect(groupingBy(NumberedWrite::customer, LinkedHashMap::new, toList()))
                .values());
        if (customers.size() == 1) {
            settle(asked, kind, retries, true);
            return;
        }
        Waves.cut(customers, (customers.size() + 1) / 2)
                .forEach(half -> settle(half.stream().flatMap(List::stream).toList(), kind, retries));
    }

    private void split(List<NumberedWrite> asked, SetWrite kind, RetryPolicy retries, SQLException e) {
        boolean hopeless = LedgerErrors.tookTooLong(e) && ++timeouts > TIMEOUTS;
        if (hopeless || asked.size() == 1) {
            asked.forEach(one -> answer(LedgerAnswer.failed(
                    one, "The ledger answered with an error, and nothing was changed: " + LedgerErrors.words(e))));
            return;
        }
        Waves.cut(asked, (asked.size() + 1) / 2).forEach(half -> settle(half, kind, retries));
    }

    private void giveUp(List<NumberedWrite> asked, SetWrite kind, @Nullable SQLException e) {
        if (e != null && !(e instanceof TableBusyException) && asked.size() > 1) {
            // someone keeps the rows of one or a few locked: the others need not wait for that
            Waves.cut(asked, (asked.size() + 1) / 2).forEach(half -> settle(half, kind, RetryPolicy.none()));
            return;
        }
        String who = e instanceof TableBusyException
                ? "another program has been writing to its subscriptions, or keeps them locked, all the time"
                : "another program keeps this customer's rows locked";
        // rows that others have locked are passed over, and the table is locked first
        boolean sent = e != null && !(e instanceof TableBusyException);
        asked.forEach(one -> answer(LedgerAnswer.busy(
                one, sent, "The ledger is busy: " + who + ". Nothing was changed; it may be tried again.")));
    }

    private void lost(List<NumberedWrite> asked, SetWrite kind, LostConnectionException e) {
        Map<UUID, String> found;
        try {
            if (!transactions.awaitEndOf(e.backend())) {
                unknown(asked, "the server process that was writing has not ended yet");
                return;
            }
            found = transactions.read(session -> kind.found(session, asked));
        } catch (CancelledException cancelled) {
            asked.forEach(one -> outcomes[one.position()] = WriteOutcome.open(one.write(), clock.instant()));
            return;
        } catch (PlatformUnavailableException away) {
            boolean before = answered;
            unknown(asked, "the ledger could not be reached again");
            if (!before) {
                answered = false;
                throw away;
            }
            return;
        } catch (SQLException unreadable) {
            unknown(asked, "it could not be read: " + LedgerErrors.words(unreadable));
            return;
        }
        for (NumberedWrite one : asked) {
            String after = found.get(one.id());
            String message = "The connection to the ledger was lost during this write; it was not sent again. "
                    + (after == null
                            ? "It is not shown any more: a view may hide what was written, so this may be this write's doing or"
                                    + " someone else's."
                            : "Afterwards the ledger showed '" + after + "'.");
            answer(LedgerAnswer.lost(one, after, message, kind.untouched().equals(after)));
        }
    }

    private void unknown(List<NumberedWrite> asked, String why) {
        asked.forEach(one -> answer(LedgerAnswer.lost(
                one,
                null,
                "The connection to the ledger was lost during this write, and what became of it is not known: " + why
                        + ".",
                false)));
    }

    /** A customer's writes may be made in several parts: what one has changed is as it is to be for the next. */
    private NumberedWrite afterWhatWasDone(NumberedWrite one) {
        Write write = one.write();
        List<WriteOutcome> before = done.get(one.customer());
        return write.basis() == null || before == null
                ? one
                : new NumberedWrite(one.position(), write.on(write.basis().after(before)));
    }

    private void answer(LedgerAnswer verdict) {
        WriteOutcome outcome = verdict.at(clock.instant());
        outcomes[verdict.asked().position()] = outcome;
        if (outcome.write().basis() != null && outcome.after() != null) {
            done.computeIfAbsent(outcome.write().customerId(), id -> new ArrayList<>())
                    .add(outcome);
        }
        // a write that never left is not a reason to keep quiet about a ledger that is away
        answered |= verdict.result() == WriteOutcome.Result.DONE || verdict.result() == WriteOutcome.Result.LOST;
    }
}

package dev.offboarding.standin;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The switchboard of faults. The first fault that fires on a call wins; slowness comes on top. */
public final class InjectedFaults {

    /** What a call has drawn. */
    record Drawn(
            @Nullable InjectedFault fault,
            Duration taking,
            int status,
            int code,
            Duration slow,
            @Nullable Duration pause,
            boolean dated,
            @Nullable String asking,
            String page) {}

    private final Dice dice;
    private final List<Rule> rules = new CopyOnWriteArrayList<>();

    InjectedFaults(Dice dice) {
        this.dice = dice;
    }

    /** Switches a fault on once one of {@link Draft}'s last words (once, times, withProbability, always) is said. */
    public Draft inject(InjectedFault fault) {
        return new Draft(fault);
    }

    /** Switches all faults off. */
    public void clear() {
        rules.clear();
    }

    Drawn draw(Call call) {
        Duration slow = Duration.ZERO;
        Rule winner = null;
        for (Rule rule : rules) {
            if (rule.fault == InjectedFault.SLOW) {
                if (rule.fires(call)) {
                    slow = slow.plus(rule.taking);
                }
            } else if (winner == null && rule.fires(call)) {
                winner = rule;
            }
        }
        return winner == null
                ? new Drawn(null, Duration.ZERO, 0, 0, slow, null, false, null, "")
                : new Drawn(
                        winner.fault,
                        winner.taking,
                        winner.status,
                        winner.code,
                        slow,
                        winner.pause,
                        winner.dated,
                        winner.asking,
                        winner.page);
    }

    private final class Rule {
        final int index;
        final InjectedFault fault;
        final Set<Endpoint> endpoints;
        final String path;
        final Duration taking;
        final int status;
        final int code;
        final @Nullable Duration pause;
        final boolean dated;
        final @Nullable String asking;
        final String page;
        final double probability;
        private int toSkip;
        private int left;
        private long seen;

        Rule(Draft draft, int times, double probability) {
            this.index = rules.size();
            this.fault = draft.fault;
            this.endpoints = draft.endpoints;
            this.path = draft.path;
            this.taking = draft.taking;
            this.status = draft.status;
            this.code = draft.code;
            this.pause = draft.pause;
            this.dated = draft.dated;
            this.asking = draft.asking;
            this.page = draft.page;
            this.toSkip = draft.skip;
            this.left = times;
            this.probability = probability;
        }

        synchronized boolean fires(Call call) {
            if (left == 0
                    || !endpoints.contains(call.endpoint)
                    || !AnswerWriter.lower(call.target()).contains(path)) {
                return false;
            }
            if (toSkip > 0) {
                toSkip--;
                return false;
            }
            if (dice.roll("fault" + index, seen++) >= probability) {
                return false;
            }
            left--;
            return true;
        }
    }

    /** A fault about to be switched on; without {@code on} it concerns every call but the sign-in. */
    public final class Draft {
        private final InjectedFault fault;
        private Set<Endpoint> endpoints = Endpoint.any();
        private String path = "";
        private Duration taking = Duration.ofMinutes(2);
        private int status;
        private int code;
        private @Nullable Duration pause;
        private boolean dated;
        private @Nullable String asking;
        private String page = "<html><body>Access to this page is blocked by the web gateway.</body></html>";
        private int skip;

        private Draft(InjectedFault fault) {
            this.fault = fault;
        }

        public Draft on(Endpoint... some) {
            return on(Set.copyOf(Arrays.asList(some)));
        }

        public Draft on(Set<Endpoint> some) {
            endpoints = EnumSet.copyOf(some);
            return this;
        }

        /** Only calls whose path or query contains this, case ignored: a customer's or a subscription's id. */
        public Draft about(String part) {
            path = AnswerWriter.lower(part);
            return this;
        }

        /** Real time; for 429 what Retry-After asks for. Default 2 minutes. */
        public Draft taking(Duration it) {
            taking = it;
            return this;
        }

        /** Status and code of {@link InjectedFault#REFUSED}, {@link InjectedFault#FORBIDDEN}, HTML and server errors. */
        public Draft answering(int status, int code) {
            this.status = status;
            this.code = code;
            return this;
        }

        /** What a box in between answers with. */
        public Draft page(String it) {
            page = it;
            return this;
        }

        /** A server error comes with {@code Retry-After}, too. */
        public Draft askingToWait(Duration it) {
            pause = it;
            return this;
        }

        /** {@code Retry-After} is the date of its end, by the stand-in's clock; it may be over. */
        public Draft dated() {
            dated = true;
            return this;
        }

        /** {@code Retry-After} as it stands here, of a 429 that has none else. */
        public Draft askingFor(String retryAfter) {
            asking = retryAfter;
            return this;
        }

        /** Lets that many matching calls pass first. */
        public Draft after(int calls) {
            skip = calls;
            return this;
        }

        public void once() {
            times(1);
        }

        public void times(int n) {
            rules.add(new Rule(this, n, 1));
        }

        public void withProbability(double p) {
            rules.add(new Rule(this, Integer.MAX_VALUE, p));
        }

        public void always() {
            withProbability(1);
        }
    }
}

package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.Customer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows that "gone" means gone: another customer, known to be alive, can be read with the same token in the same minute. Without it an
 * answer may mean no more than that this program is not allowed to look.
 */
final class Control {

    /** @param token the number of the token with which it was read */
    private record Alive(UUID customer, Instant at, int token) {}

    private static final Duration SAME_MINUTE = Duration.ofMinutes(1);
    private static final int CANDIDATES = 5;

    private final CustomerReads reads;
    private final Supplier<@Nullable Collection<UUID>> others;
    private @Nullable List<UUID> candidates;
    /** There is another customer as far as is known, or it is not known that there is none. */
    private boolean somebodyElse;

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Alive> seen = new ArrayList<>();

    Control(CustomerReads reads, CustomerList.Snapshot list, Set<UUID> lookedAt) {
        this(reads, () -> resellers(list, lookedAt));
    }

    /**
     * @param others whose relationship is there as far as is known, null where that could not be read; asked for once, when someone has to
     *     vouch
     */
    Control(CustomerReads reads, Supplier<@Nullable Collection<UUID>> others) {
        this.reads = reads;
        this.others = others;
    }

    /** Null where the list shows none, and was not read to its end. */
    static @Nullable Collection<UUID> resellers(CustomerList.Snapshot list, Set<UUID> without) {
        List<UUID> resellers =
                list.resellers().stream().filter(id -> !without.contains(id)).toList();
        return resellers.isEmpty() && !list.complete() ? null : resellers;
    }

    /** Where those are found who may vouch. */
    interface Others {
        Control besides(UUID customer);
    }

    /** Whether an answer says that its customer is gone. */
    boolean saysGone(Reply reply) {
        return reply instanceof Reply.Refused refused && proof("", refused) != null;
    }

    /**
     * What shows that an answer says that its customer is gone: another customer who vouches for it or, where there is no other to ask, the
     * platform's own words. Answered to everyone, these mean something else.
     *
     * @param what was answered
     * @return null where nothing does
     */
    @Nullable
    String proof(String what, Reply.Refused answer) {
        if (!answer.maySayGone()) {
            return null;
        }
        String vouching = vouches(answer.at(), answer.token());
        return vouching != null ? what + "; " + vouching : answer.saysGone() && !somebodyElse ? what : null;
    }

    /** Who vouches for an answer of that moment, got with that token; null if no one does. */
    @Nullable
    String vouches(Instant at, int token) {
        lock.lock();
        try {
            String known = known(at, token);
            if (known != null) {
                return known;
            }
            List<UUID> left = candidates();
            while (!left.isEmpty()) {
                UUID candidate = left.get(0);
                Reply reply = reads.readCustomer(candidate);
                if (reply instanceof Reply.Accepted accepted
                        && CustomerReads.relationship(accepted.body()).equals(Customer.RESELLER)) {
                    seen.add(new Alive(candidate, accepted.at(), accepted.token()));
                    return known(at, token);
                }
                // gone, or not to be read, which may be this one's own trouble, and is not a reason for all the others
                // to wait
                left.remove(0);
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private List<UUID> candidates() {
        List<UUID> known = candidates;
        if (known == null) {
            Collection<UUID> all = others.get();
            somebodyElse = all == null || !all.isEmpty();
            known = new ArrayList<>(
                    all == null
                            ? List.of()
                            : all.stream().sorted().limit(CANDIDATES).toList());
            candidates = known;
        }
        return known;
    }

    private @Nullable String known(Instant at, int token) {
        for (Alive alive : seen) {
            boolean sameMinute = Duration.between(alive.at(), at).abs().compareTo(SAME_MINUTE) <= 0;
            if (sameMinute && alive.token() == token) {
                return "customer %s was readable with the same token at %s".formatted(alive.customer(), alive.at());
            }
        }
        return null;
    }
}

package dev.offboarding.platform;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where customers and subscriptions live. Speaks in chunks of customers, because one platform is fast in sets and the other in
 * flight; the steps do not know which. Every method throws {@link PlatformUnavailableException} when the platform as a whole
 * cannot be used, and answers for each customer separately otherwise. Once the run is asked to stop, by a {@link dev.offboarding.kit.CancellationToken}, what
 * would not be over in time ends with {@link dev.offboarding.kit.CancelledException}.
 */
public interface ResellerPlatform extends AutoCloseable {

    /**
     * Which ledger or tenant this is: what is done and known on one says nothing about another. The same at every call, and in every run
     * that works on it.
     */
    String identity();

    /** How many customers a call should be given at a time. */
    int chunkSize();

    /** Counts the reseller customers, in a complete and fresh customer list. */
    Population population();

    /**
     * Tells what customers were last seen to hold, subscriptions by id: a later reading that leaves one of these out is not taken for all
     * that there is. Of no use to a platform that always shows everything, which does not ask for it.
     */
    default void recall(Supplier<Map<UUID, Set<String>>> held) {}

    /** Reads customers: one observation for each id, in the order of the ids. */
    List<Observation> observe(List<UUID> customerIds);

    /**
     * As {@link #observe}, but what was read within the last ten minutes, and was not written to since, need not be read again: a
     * platform that counts requests answers from memory.
     */
    default List<Observation> observedLately(List<UUID> customerIds) {
        return observe(customerIds);
    }

    /**
     * Writes, each at most once: one outcome for each write, in the order of the writes. Writes for one customer are made one
     * after another in that order. What is decided on a {@link DecisionBasis} that is old, or seen not to be so any more, is not sent. A
     * removal is not sent while any of the customer's subscriptions is active. A write whose
     * answer is lost is not sent again: its outcome says what was found afterwards, or, where the run was asked to stop before that
     * was known, that it is open.
     */
    List<WriteOutcome> perform(List<Write> writes, Admission admission);

    /** Reads the four effects back, and what of a removal no effect shows: one verification for each customer, in their order. */
    List<Verification> verify(List<Removed> customers);

    /**
     * Delegated administration of customers whose relationship was removed, or was found gone: what can be ended tonight. A customer is
     * missing where there is none that is alive, or where that cannot be read; which of the two it is, {@link #verify} says.
     */
    default Map<UUID, RemainingDelegation> leftovers(List<UUID> customerIds) {
        return Map.of();
    }

    /**
     * Whether what a removal is answered is what everyone reads from then on. Where reading may lag behind, an answer alone does not
     * show that the relationship has ended.
     */
    default boolean removalShowsAtOnce() {
        return false;
    }

    /**
     * When the relationships of these customers were last removed, by anyone, as far as the platform keeps a log of that and has it
     * by now.
     *
     * @param since from when on that is of interest, by customer
     */
    default LoggedRemovals removalsLogged(Map<UUID, Instant> since) {
        return LoggedRemovals.NONE;
    }

    /**
     * The link under which a customer accepts the relationship when it is requested again; the same for all customers. One that cannot be
     * read costs nobody anything: it never keeps the platform from being used.
     */
    default RelationshipRequest relationshipRequest() {
        return RelationshipRequest.NONE;
    }

    /**
     * Which of these customers are reseller customers in tonight's customer list, the one that {@link #population()} counted. None where
     * that was not complete.
     */
    Set<UUID> resellersAmong(Collection<UUID> customerIds);

    /**
     * What will need somebody in time, and what a plan asks of it; empty where there is nothing to say.
     *
     * @param zone in which days are named
     * @param subscriptions that are to be changed
     * @param customers who are to be removed
     */
    default List<Outlook> outlooks(ZoneId zone, long subscriptions, long customers) {
        return List.of();
    }

    /** By how much its clock is ahead of this program's, as its last answer said; null if it does not say. */
    default @Nullable Duration clockAhead() {
        return null;
    }

    /** How long after it was sent a write whose sender has died may still take effect, at the most. */
    Duration settlingTime();

    /**
     * Whether writes of a sender that is dead, or has lost its right to write, can no longer take effect: from then on reading
     * shows what became of them.
     *
     * @param from when the last of them can have been sent
     */
    default boolean settled(Instant from, Instant now) {
        return now.isAfter(from.plus(settlingTime()));
    }

    /** For how long a reading may still show what was before an accepted write to a subscription; zero where reading shows it at once. */
    Duration showsWithin();

    /** How long after a removal its effects are first read. */
    Duration firstLookAfter();

    /** How long after the first reading effects that do not show are left for the next night. */
    Duration giveUpAfter();

    @Override
    void close();
}

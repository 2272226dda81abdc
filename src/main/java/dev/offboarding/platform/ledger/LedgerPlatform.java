package dev.offboarding.platform.ledger;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Admission;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.Population;
import dev.offboarding.platform.Removed;
import dev.offboarding.platform.ResellerPlatform;
import dev.offboarding.platform.Verification;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * The reseller's own ledger, in the schema {@code ledger} of a PostgreSQL database from 13 on: tables, or views in their place. A
 * chunk is a constant number of statements in one transaction, or in two beside each other where it has many customers; between
 * calls no connection is held, and a transaction of the caller's is not joined.
 *
 * <p>A write ends {@code DONE} only if the ledger, read again in the same transaction, shows it done. What the ledger refuses
 * for one customer is refused for that customer alone; what this program has read in it before, and holds it back, is not sent. Where
 * another program is in the way, it goes first: a write is then tried a few times over some seconds, and is worth retrying later.
 *
 * <p>{@link PlatformUnavailableException} from {@link #perform}: no outcome of that call is known. Usually nothing was sent; if the
 * ledger went away in mid-write, what became of it has to be read once {@link #settlingTime()} is over.
 */
public final class LedgerPlatform implements ResellerPlatform {
    /** Customers per call. */
    public static final int CHUNK_SIZE = 1_000;

    /** For how long after it lost its right to write a sender may still start a transaction: it has asked right before. */
    private static final Duration STARTED_LATE = Duration.ofSeconds(2);

    private final Transactions transactions;
    private final RowLocks rowLocks;
    private final LedgerReads reads;
    private final Map<Action, SetWrite> kinds;
    private final LedgerTimes times;
    private final CancellationToken cancellation;
    private final Clock clock;

    /**
     * @param dataSource stays the caller's: it is not closed here
     * @param cancellation ends waiting when the run is asked to stop
     */
    public LedgerPlatform(DataSource dataSource, Clock clock, CancellationToken cancellation) {
        this(dataSource, clock, LedgerTimes.DEFAULT, cancellation);
    }

    LedgerPlatform(DataSource dataSource, Clock clock, LedgerTimes times) {
        this(dataSource, clock, times, CancellationToken.none());
    }

    private LedgerPlatform(DataSource dataSource, Clock clock, LedgerTimes times, CancellationToken cancellation) {
        this.times = times;
        this.cancellation = cancellation;
        this.clock = clock;
        this.transactions = new Transactions(dataSource, times, cancellation);
        this.reads = new LedgerReads(transactions, clock);
        this.rowLocks = new RowLocks(transactions);
        this.kinds = Map.of(
                Action.SUSPEND, new StatusChanges("active", "suspended"),
                Action.REACTIVATE, new StatusChanges("suspended", "active"),
                Action.REMOVE, new RelationshipRemovals());
    }

    /** Survives a physical fail-over and a move of the server's files; a logical copy is another ledger. */
    @Override
    public String identity() {
        return reads.identity();
    }

    @Override
    public int chunkSize() {
        return CHUNK_SIZE;
    }

    @Override
    public Population population() {
        return reads.population();
    }

    @Override
    public List<Observation> observe(List<UUID> customerIds) {
        return inLanes(customerIds, reads::observe);
    }

    @Override
    public List<WriteOutcome> perform(List<Write> writes, Admission admission) {
        Lanes<Write> lanes = Lanes.of(writes, Write::customerId);
        List<LedgerWrites.Made> made = lanes.work(
                lane -> new LedgerWrites(transactions, rowLocks, times, cancellation, clock, admission, lane.size())
                        .make(lane, kinds));
        for (LedgerWrites.Made lane : made) {
            // with answers in hand the caller gets them; its next call finds the ledger away
            if (lane.away() != null && made.stream().noneMatch(LedgerWrites.Made::answered)) {
                throw lane.away();
            }
        }
        return lanes.inOrder(made.stream().map(LedgerWrites.Made::outcomes).toList());
    }

    @Override
    public List<Verification> verify(List<Removed> customers) {
        return inLanes(customers.stream().map(Removed::customerId).toList(), reads::verify);
    }

    /** A removal is one transaction, and its answer is what the statement itself read. */
    @Override
    public boolean removalShowsAtOnce() {
        return true;
    }

    @Override
    public Set<UUID> resellersAmong(Collection<UUID> customerIds) {
        return chunks(List.copyOf(customerIds))
                .flatMap(ids -> reads.resellersAmong(ids).stream())
                .collect(Collectors.toSet());
    }

    private static <T> List<T> inLanes(List<UUID> customerIds, Function<List<UUID>, List<T>> read) {
        return chunks(customerIds)
                .flatMap(ids -> {
                    Lanes<UUID> lanes = Lanes.of(ids, Function.identity());
                    return lanes.inOrder(lanes.work(read)).stream();
                })
                .toList();
    }

    private static Stream<List<UUID>> chunks(List<UUID> ids) {
        return Waves.cut(ids, CHUNK_SIZE).stream();
    }

    @Override
    public Duration settlingTime() {
        return times.settling();
    }

    /** Sooner than after the settling time where no server process is executing a write of ours any more. */
    @Override
    public boolean settled(Instant from, Instant now) {
        return ResellerPlatform.super.settled(from, now)
                || now.isAfter(from.plus(STARTED_LATE)) && !reads.anybodyWrites();
    }

    /** The ledger has no lag. */
    @Override
    public Duration showsWithin() {
        return Duration.ZERO;
    }

    @Override
    public Duration firstLookAfter() {
        return Duration.ZERO;
    }

    /** What does not show at once will not show later. */
    @Override
    public Duration giveUpAfter() {
        return Duration.ZERO;
    }

    @Override
    public void close() {
        // holds nothing
    }
}

package dev.offboarding.platform.partnercenter;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The customer list in place of many customers' own reads: of relationship, name and domain it says the same. Only a complete one serves,
 * and it is read only where that is fewer requests.
 */
final class SharedList {

    /** Before it is known how many pages the list has, it may turn out to have too many: then these were asked for in vain. */
    private static final int CUSTOMERS_A_PAGE_ON_TRIAL = 4;

    /** After a list that did not serve. */
    private static final Duration LEFT_ALONE_FOR = Duration.ofMinutes(1);

    private final CustomerList list;
    private final Clock clock;
    /** Customers of whom the list and their own read have said different things: their own read counts. */
    private final Set<UUID> doubted = ConcurrentHashMap.newKeySet();

    private final ReentrantLock lock = new ReentrantLock();
    private CustomerList.@Nullable Snapshot latest;
    /** How many pages the list has; as long as that is not known, how many it has at least. */
    private int pages;

    private boolean pagesKnown;
    private Instant leftAloneUntil = Instant.MIN;

    SharedList(CustomerList list, Clock clock) {
        this.list = list;
        this.clock = clock;
    }

    /** How many pages a list that was read to its end had. */
    void has(int known) {
        lock.lock();
        try {
            pages = known;
            pagesKnown = true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param after it was asked for later than that
     * @param customers how many are to be looked up in it
     * @return null where each has to be read on its own
     */
    CustomerList.@Nullable Snapshot since(Instant after, int customers) {
        lock.lock();
        try {
            if (latest != null && latest.begun().isAfter(after)) {
                return latest;
            }
            int trial = (customers + CUSTOMERS_A_PAGE_ON_TRIAL - 1) / CUSTOMERS_A_PAGE_ON_TRIAL;
            int most = pagesKnown ? pages : trial;
            if (most >= customers || most < pages || clock.instant().isBefore(leftAloneUntil)) {
                return null;
            }
            CustomerList.Snapshot read = list.read(Set.of(), most);
            pages = read.pages();
            pagesKnown = pages <= most;
            latest = read.complete() ? read : null;
            if (latest == null) {
                leftAloneUntil = clock.instant().plus(LEFT_ALONE_FOR);
            }
            return latest;
        } finally {
            lock.unlock();
        }
    }

    void doubt(UUID customer) {
        doubted.add(customer);
    }

    /** Null where the list does not say, or is not to be believed. */
    CustomerReads.@Nullable Who who(CustomerList.@Nullable Snapshot snapshot, UUID customer) {
        return snapshot == null || doubted.contains(customer)
                ? null
                : snapshot.customers().get(customer);
    }
}

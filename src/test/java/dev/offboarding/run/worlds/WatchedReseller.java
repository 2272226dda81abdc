package dev.offboarding.run.worlds;

import dev.offboarding.run.Scene;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A reseller's customers on one of the platforms, which itself writes down what is changed of them. */
interface WatchedReseller extends AutoCloseable {

    /**
     * A change that happened.
     *
     * @param what from which state to which
     * @param subscription null where it is the relationship
     */
    record Change(int customer, String what, @Nullable UUID subscription) {
        String action() {
            return switch (what) {
                case "active to suspended" -> "SUSPEND " + subscription;
                case "suspended to active" -> "REACTIVATE " + subscription;
                case "reseller to none" -> "REMOVE " + Scene.id(customer);
                default -> throw new AssertionError("the program wrote what it never may: " + this);
            };
        }
    }

    /** By which the runs go. */
    Clock clock();

    void pass(Duration time);

    /** One more customer, as {@link Scene#id} and {@code customer-n.example}. */
    void customer(int n);

    void subscription(int customer, String status);

    /** Somebody else changes all subscriptions of a customer that are in one state to another. */
    void othersChange(int customer, String from, String to);

    /** What every subscription is, by id. */
    Map<UUID, String> statuses();

    long active(int customer);

    /** What has changed so far is not looked at. */
    void forgetChanges();

    /** Since it was last forgotten; of one customer in order. */
    List<Change> changes();

    @Override
    void close();
}

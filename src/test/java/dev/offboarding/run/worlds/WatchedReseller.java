package dev.offboarding.run.worlds;

import dev.offboarding.platform.Action;
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
     * @param action that makes such a change
     * @param target of which it is: a customer's or a subscription's id, or what the platform calls a delegation
     */
    record Change(int customer, Action action, String target) {

        /** Of a customer's relationship or, where there is one, of that subscription's status. */
        static Change of(int customer, String from, String to, @Nullable UUID subscription) {
            String target = String.valueOf(subscription == null ? Scene.id(customer) : subscription);
            return switch (from + " to " + to) {
                case "active to suspended" -> new Change(customer, Action.SUSPEND, target);
                case "suspended to active" -> new Change(customer, Action.REACTIVATE, target);
                case "reseller to none" -> new Change(customer, Action.REMOVE, target);
                default ->
                    throw new AssertionError("the program wrote what it never may: %s of %s, customer %d"
                            .formatted(from + " to " + to, target, customer));
            };
        }

        UUID subscription() {
            return UUID.fromString(target);
        }

        /** As the trail has it. */
        String write() {
            return action + " " + target;
        }

        @Override
        public String toString() {
            return customer + " " + action
                    + (target.equals(Scene.id(customer).toString()) ? "" : " " + target.substring(0, 4));
        }
    }

    /** By which the runs go. */
    Clock clock();

    void pass(Duration time);

    /** One more customer, as {@link Scene#id} and {@code customer-n.example}. */
    void customer(int n);

    UUID subscription(int customer, String status);

    /** Something of it outlives the removal of its relationship for a day or longer, so that the removal is not confirmed as long. */
    void clings(int customer);

    boolean isGone(int customer);

    /** It is the reseller's again, with what it holds. */
    void comesBack(int customer);

    /** Somebody else changes all subscriptions of a customer that are in one state to another. */
    void othersChange(int customer, String from, String to);

    /** What every subscription is, by id. */
    Map<UUID, String> statuses();

    /** What a customer's are. */
    Map<UUID, String> statuses(int customer);

    /** What has changed so far is not looked at. */
    void forgetChanges();

    /** Since it was last forgotten; of one customer in order. */
    List<Change> changes();

    @Override
    void close();
}

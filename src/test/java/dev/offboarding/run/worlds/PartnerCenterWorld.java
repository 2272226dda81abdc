package dev.offboarding.run.worlds;

import static dev.offboarding.kit.Draw.weighted;

import dev.offboarding.kit.Draw;
import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.Scene;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.InjectedFaults;
import dev.offboarding.standin.Lag;
import dev.offboarding.standin.Resource;
import dev.offboarding.standin.StandInSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A reseller on Partner Center nobody would think of, a list for it, a job file, and what goes wrong on the way. Says itself, from the
 * documentation and not from the program, what has to become of everyone once nothing goes wrong any more.
 */
public record PartnerCenterWorld(List<Someone> customers, Terms terms, int graceDays, Trouble trouble, long seed) {

    /** What goes wrong, each on its own and all together. */
    public enum Trouble {
        NONE,
        SERVER_ERRORS,
        ANSWERS_LOST,
        HUNG,
        QUOTA,
        SHORT_TOKENS,
        LATE_READS,
        NO_EFFECT,
        PENDING,
        ODD_BODIES,
        ALL;

        private boolean is(Trouble one) {
            return this == one || this == ALL;
        }

        /** Whether some call goes wrong on the first night, whatever is called. */
        public boolean hitsAnyCall() {
            return switch (this) {
                case SERVER_ERRORS, ANSWERS_LOST, HUNG, QUOTA, SHORT_TOKENS, ODD_BODIES, ALL -> true;
                case NONE, LATE_READS, NO_EFFECT, PENDING -> false;
            };
        }
    }

    /** {@code new-commerce} of the job file. */
    public enum Terms {
        HOLD("hold"),
        END_AT_TERM("end-at-term"),
        CANCEL("cancel");

        public final String text;

        Terms(String text) {
            this.text = text;
        }
    }

    public enum Listed {
        NOT,
        RIGHTLY,
        WITH_ANOTHERS_DOMAIN,
        FROM_TOMORROW
    }

    public enum Product {
        LICENCE,
        LICENCE_WITH_ADD_ON,
        USAGE,
        NEW_COMMERCE,
        /** New commerce inside its cancellation window. */
        CANCELLABLE,
        /** And inside it still when any grace period ends. */
        CANCELLABLE_FOR_LONG,
        AZURE_PLAN_IN_USE,
        AZURE_PLAN_IDLE,
        MARKETPLACE,
        SOFTWARE,
        RESERVATION,
        PERPETUAL_SOFTWARE;

        public boolean isNewCommerce() {
            return this == NEW_COMMERCE || this == CANCELLABLE || this == CANCELLABLE_FOR_LONG;
        }
    }

    /** @param status of a reservation and of perpetual software only whether it is active counts */
    public record Holding(Product product, String status) {

        private boolean active() {
            return status.equals("active");
        }

        public boolean isSuspended() {
            return active()
                    && EnumSet.of(Product.LICENCE, Product.LICENCE_WITH_ADD_ON, Product.USAGE, Product.AZURE_PLAN_IDLE)
                            .contains(product);
        }

        private boolean isEntitlement() {
            return product == Product.RESERVATION || product == Product.PERPETUAL_SOFTWARE;
        }

        public boolean isUnknown() {
            return status.equals("zzz") && !isEntitlement();
        }

        /** As the table of product holdings has it. */
        public boolean isWaitedFor() {
            if (status.equals("pending") && !isEntitlement()) {
                return true;
            }
            return switch (product) {
                case LICENCE, LICENCE_WITH_ADD_ON, USAGE, AZURE_PLAN_IDLE -> false;
                case NEW_COMMERCE, CANCELLABLE, CANCELLABLE_FOR_LONG -> active() || status.equals("suspended");
                case SOFTWARE -> !Set.of("deleted", "expired").contains(status);
                case AZURE_PLAN_IN_USE, MARKETPLACE, RESERVATION, PERPETUAL_SOFTWARE -> active();
            };
        }

        private boolean mayBeCancelled() {
            return (product == Product.CANCELLABLE || product == Product.CANCELLABLE_FOR_LONG) && active();
        }
    }

    public record Someone(
            String relationship, List<Holding> holdings, List<String> gdap, Listed listed, boolean isProtected) {}

    /** What it comes to in the end for somebody who is listed. */
    public enum Fate {
        HELD,
        SUSPENDED,
        OFFBOARDED
    }

    public static PartnerCenterWorld any(Draw draw) {
        return new PartnerCenterWorld(
                draw.list(3, 7, () -> someone(draw)),
                draw.of(Terms.class),
                draw.of(0, 0, 0, 3),
                draw.of(Trouble.class),
                draw.between(1, 1_000_000));
    }

    private static Someone someone(Draw draw) {
        return new Someone(
                draw.oneOf(weighted(16, () -> "reseller"), weighted(3, () -> draw.of("none", "advisor", "zzz"))),
                draw.list(0, 3, () -> holding(draw)),
                draw.list(
                        0,
                        2,
                        () -> draw.of(
                                "active", "active", "expiring", "expired", "terminated", "created", "approvalPending")),
                draw.oneOf(
                        weighted(2, () -> Listed.NOT),
                        weighted(10, () -> Listed.RIGHTLY),
                        weighted(2, () -> draw.of(Listed.WITH_ANOTHERS_DOMAIN, Listed.FROM_TOMORROW))),
                draw.oneIn(10));
    }

    private static Holding holding(Draw draw) {
        return new Holding(
                draw.oneOf(
                        weighted(5, () -> draw.of(Product.LICENCE, Product.LICENCE_WITH_ADD_ON, Product.USAGE)),
                        weighted(2, () -> draw.of(Product.class))),
                draw.oneOf(
                        weighted(12, () -> "active"),
                        weighted(5, () -> draw.of("suspended", "deleted", "expired", "disabled")),
                        weighted(1, () -> draw.of("pending", "zzz"))));
    }

    public PartnerCenterWorld with(Trouble other) {
        return new PartnerCenterWorld(customers, terms, graceDays, other, seed);
    }

    // ---- what has to come of it

    public List<Integer> accepted() {
        return IntStream.range(0, customers.size())
                .filter(n -> customers.get(n).listed() != Listed.NOT)
                .boxed()
                .toList();
    }

    private static boolean isHeldByItself(Someone one) {
        return one.isProtected()
                || one.listed() != Listed.RIGHTLY
                || !one.relationship().equals("reseller");
    }

    private boolean isWaitedFor(Someone one) {
        return one.holdings().stream().anyMatch(it -> it.isWaitedFor() && !isCancelled(it));
    }

    /** On the last day of the grace period, where there is one: then it is too late for some. */
    private boolean isCancelled(Holding it) {
        return terms == Terms.CANCEL
                && it.mayBeCancelled()
                && (graceDays == 0 || it.product() == Product.CANCELLABLE_FOR_LONG);
    }

    public Fate fate(int n) {
        Someone one = customers.get(n);
        if (isHeldByItself(one) || one.holdings().stream().anyMatch(Holding::isUnknown) || isWaitedFor(one)) {
            return Fate.HELD;
        }
        return graceDays == 0 ? Fate.OFFBOARDED : Fate.SUSPENDED;
    }

    /** Whether a run in which nothing goes wrong asks somebody to look. */
    public boolean somebodyHasToLook() {
        return accepted().stream().map(customers::get).anyMatch(one -> {
            boolean lookedInto = one.relationship().equals("reseller");
            return one.isProtected()
                    || one.listed() == Listed.WITH_ANOTHERS_DOMAIN
                    || !lookedInto
                    || one.holdings().stream()
                            .anyMatch(it -> it.isUnknown()
                                    || (terms == Terms.HOLD && it.product().isNewCommerce() && it.active()));
        });
    }

    /** The writes that are made for somebody in the end: action and target. */
    public List<String> writes(int n, CustomerBuilder customer) {
        Someone one = customers.get(n);
        List<String> writes = new ArrayList<>();
        if (isHeldByItself(one) || one.holdings().stream().anyMatch(Holding::isUnknown)) {
            return writes;
        }
        boolean waiting = isWaitedFor(one);
        for (int i = 0; i < one.holdings().size(); i++) {
            Holding it = one.holdings().get(i);
            String id = it.isEntitlement() ? "" : customer.idOf(name(i));
            if (waiting) {
                if (terms != Terms.HOLD && it.product().isNewCommerce() && it.active()) {
                    writes.add("AUTO_RENEW_OFF " + id);
                }
            } else if (isCancelled(it)) {
                if (graceDays == 0) {
                    writes.add("CANCEL " + id);
                }
            } else {
                if (it.isSuspended()) {
                    writes.add("SUSPEND " + id);
                }
                if (it.product() == Product.LICENCE_WITH_ADD_ON) {
                    writes.add("SUSPEND " + customer.idOf(addOn(i)));
                }
            }
        }
        if (fate(n) == Fate.OFFBOARDED) {
            writes.add("REMOVE " + customer.id());
            for (int i = 0; i < one.gdap().size(); i++) {
                switch (one.gdap().get(i)) {
                    case "active", "expiring" -> writes.add("TERMINATE_GDAP " + customer.idOf(gdap(i)));
                    case "created" -> writes.add("DELETE_GDAP " + customer.idOf(gdap(i)));
                    default -> {}
                }
            }
        }
        return writes;
    }

    private static String name(int i) {
        return "holding " + i;
    }

    private static String addOn(int i) {
        return "add-on of " + i;
    }

    private static String gdap(int i) {
        return "administration " + i;
    }

    // ---- made real

    public StandInSettings settings() {
        StandInSettings settings = StandInSettings.standard()
                .seed(seed)
                .noQuotas()
                .pages(3, 2, 500, 4)
                // on a machine that is busy a call may be on its way for long
                .throttleGrace(Duration.ofSeconds(1));
        if (trouble.is(Trouble.QUOTA)) {
            settings.quota(Resource.CUSTOMER, 15, Duration.ofSeconds(1))
                    .quota(Resource.SUBSCRIPTION, 25, Duration.ofSeconds(1));
        }
        if (trouble.is(Trouble.SHORT_TOKENS)) {
            settings.accessTokenLife(Duration.ofSeconds(2));
        }
        if (trouble.is(Trouble.LATE_READS)) {
            settings.lags(Duration.ofMillis(1200)).asyncShare(0.2).asyncShownAsPending(trouble == Trouble.LATE_READS);
        } else {
            settings.lag(Lag.CUSTOMER_LIST, Duration.ofMillis(200));
        }
        return settings;
    }

    public List<CustomerBuilder> into(PartnerCenterScene scene) {
        List<CustomerBuilder> built = new ArrayList<>();
        for (int n = 0; n < customers.size(); n++) {
            built.add(build(customers.get(n), scene.standIn.customer("Customer " + n)));
        }
        for (int i = 1; i <= 10; i++) {
            // enough that a removal of which no one learns is not a fall of the population
            scene.standIn.customer("Bystander " + i).licence("E1", "active");
        }
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        StringBuilder csv = new StringBuilder("customer_id,domain,effective_date\n");
        StringBuilder isProtected =
                new StringBuilder("customer_id\n").append(Scene.id(99)).append('\n');
        for (int n = 0; n < customers.size(); n++) {
            Someone one = customers.get(n);
            if (one.isProtected()) {
                isProtected.append(built.get(n).id()).append('\n');
            }
            if (one.listed() != Listed.NOT) {
                csv.append("%s,%s,%s\n"
                        .formatted(
                                built.get(n).id(),
                                one.listed() == Listed.WITH_ANOTHERS_DOMAIN
                                        ? "another.onmicrosoft.com"
                                        : built.get(n).domain(),
                                one.listed() == Listed.FROM_TOMORROW ? today.plusDays(2) : ""));
            }
        }
        if (!accepted().isEmpty()) {
            scene.scene.inboxFile("list.csv", csv.toString());
        }
        scene.scene.protectedBy(isProtected.toString());
        scene.with("partner-center.new-commerce", terms.text)
                .with("partner-center.in-flight", "4")
                .with("partner-center.read-timeout", "3s")
                .with("verification.first-after", "300ms")
                .with("verification.give-up-after", "5s")
                .with("grace-period", graceDays + "d");
        return built;
    }

    private static CustomerBuilder build(Someone one, CustomerBuilder customer) {
        Instant now = Instant.now();
        for (int i = 0; i < one.holdings().size(); i++) {
            Holding it = one.holdings().get(i);
            String status = it.status();
            switch (it.product()) {
                case LICENCE -> customer.licence(name(i), status);
                case LICENCE_WITH_ADD_ON -> customer.licence(name(i), status).addOn(addOn(i), "active");
                case USAGE -> customer.usage(name(i), status);
                case NEW_COMMERCE -> customer.newCommerce(name(i), status);
                case CANCELLABLE ->
                    customer.newCommerce(name(i), status, now.plus(Duration.ofDays(360)), now.plus(Duration.ofDays(2)));
                case CANCELLABLE_FOR_LONG ->
                    customer.newCommerce(
                            name(i), status, now.plus(Duration.ofDays(360)), now.plus(Duration.ofDays(20)));
                case AZURE_PLAN_IN_USE -> customer.azurePlan(name(i), status, "deleted", "active");
                case AZURE_PLAN_IDLE -> customer.azurePlan(name(i), status, "deleted");
                case MARKETPLACE -> customer.marketplace(name(i), status, now.plus(Duration.ofDays(20)));
                case SOFTWARE -> customer.software(name(i), status);
                case RESERVATION -> customer.reservation(name(i), it.active());
                case PERPETUAL_SOFTWARE -> customer.perpetualSoftware(name(i), it.active());
            }
        }
        for (int i = 0; i < one.gdap().size(); i++) {
            customer.gdap(gdap(i), one.gdap().get(i));
        }
        return customer.relationship(one.relationship());
    }

    /** Each fault once for certain and else by chance: a night on which nothing goes wrong shows nothing. */
    public void goWrong(InjectedFaults faults) {
        AtomicInteger certain = new AtomicInteger();
        if (trouble.is(Trouble.SERVER_ERRORS)) {
            goWrong(certain, () -> faults.inject(InjectedFault.SERVER_ERROR_BEFORE), 0.05);
            goWrong(certain, () -> faults.inject(InjectedFault.SERVER_ERROR_AFTER), 0.05);
        }
        if (trouble.is(Trouble.ANSWERS_LOST)) {
            goWrong(certain, () -> faults.inject(InjectedFault.ANSWER_LOST).on(Endpoint.writes()), 0.05);
            goWrong(certain, () -> faults.inject(InjectedFault.CONNECTION_LOST), 0.05);
        }
        if (trouble.is(Trouble.HUNG)) {
            goWrong(certain, () -> faults.inject(InjectedFault.HANG_AFTER).taking(Duration.ofSeconds(6)), 0.02);
            goWrong(certain, () -> faults.inject(InjectedFault.HANG_BEFORE).taking(Duration.ofSeconds(6)), 0.02);
        }
        if (trouble.is(Trouble.QUOTA)) {
            goWrong(certain, () -> faults.inject(InjectedFault.THROTTLED).taking(Duration.ofSeconds(3)), 0.02);
            goWrong(certain, () -> faults.inject(InjectedFault.THROTTLED_UNTIMED), 0.02);
        }
        if (trouble.is(Trouble.SHORT_TOKENS)) {
            goWrong(certain, () -> faults.inject(InjectedFault.TOKEN_DIES), 0.01);
        }
        if (trouble.is(Trouble.NO_EFFECT)) {
            goWrong(
                    certain,
                    () -> faults.inject(InjectedFault.NO_EFFECT).on(Endpoint.SUBSCRIPTION_WRITE, Endpoint.GDAP_WRITE),
                    0.1);
        }
        if (trouble.is(Trouble.PENDING)) {
            goWrong(
                    certain,
                    () -> faults.inject(InjectedFault.REFUSED)
                            .on(Endpoint.SUBSCRIPTION_WRITE)
                            .answering(409, 900278),
                    0.1);
        }
        if (trouble.is(Trouble.ODD_BODIES)) {
            for (InjectedFault odd :
                    List.of(InjectedFault.HTML_ERROR, InjectedFault.EMPTY_BODY, InjectedFault.TRUNCATED_JSON)) {
                goWrong(certain, () -> faults.inject(odd), 0.02);
            }
            goWrong(certain, () -> faults.inject(InjectedFault.UNKNOWN_FIELDS), 0.1);
        }
    }

    private static void goWrong(AtomicInteger certain, Supplier<InjectedFaults.Draft> fault, double probability) {
        // the second call is never missing, and those of several faults are apart: else nobody gets past the first
        fault.get().after(1 + 6 * certain.getAndIncrement()).once();
        fault.get().withProbability(probability);
    }
}

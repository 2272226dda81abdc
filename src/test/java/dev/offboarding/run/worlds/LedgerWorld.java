package dev.offboarding.run.worlds;

import static dev.offboarding.kit.Draw.weighted;

import dev.offboarding.cases.CaseFacts;
import dev.offboarding.kit.Draw;
import dev.offboarding.lists.Identifier;
import dev.offboarding.plan.CaseView;
import dev.offboarding.plan.Rules;
import dev.offboarding.platform.Customer;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.Subscription;
import dev.offboarding.run.Scene;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A reseller nobody would think of, a list for it, and a job file. Says itself, from the documentation and not from the program, what
 * a first night has to make of it.
 */
public record LedgerWorld(List<Someone> customers, Job job) {

    public static final LocalDate TODAY = LocalDate.ofInstant(Scene.TONIGHT, ZoneOffset.UTC);
    private static final Set<String> KINDS =
            Set.of("license", "usage", "new_commerce", "azure_plan", "marketplace", "software", "reserved_instance");
    private static final Set<String> OVER = Set.of("suspended", "deleted", "expired", "disabled");

    /** How the list has a customer. */
    public enum Listed {
        NOT,
        BY_DOMAIN,
        BY_NAME,
        TWICE,
        FROM_TODAY,
        FROM_TOMORROW,
        WITH_ANOTHERS_DOMAIN,
        WITHOUT_IDENTIFIER
    }

    public record Holding(
            UUID id, String kind, String status, @Nullable LocalDate termEnd) {

        public boolean isSuspended() {
            return Set.of("license", "usage").contains(kind) && status.equals("active");
        }

        /** As the table of product holdings has it. */
        public boolean standsInTheWay() {
            if (!KINDS.contains(kind)
                    || !(OVER.contains(status) || status.equals("active") || status.equals("pending"))) {
                return true;
            }
            boolean ended = status.equals("deleted") || status.equals("expired");
            return switch (kind) {
                case "reserved_instance", "software" -> !ended;
                case "new_commerce" -> !ended && !status.equals("disabled");
                case "azure_plan", "marketplace" -> status.equals("active") || status.equals("pending");
                default -> status.equals("pending");
            };
        }
    }

    public record Someone(String relationship, List<Holding> holdings, Listed listed, boolean isProtected) {}

    public record Job(int maxCustomers, int maxShare, int floor, int graceDays, boolean file) {}

    /** What a first night comes to for somebody whose entry was accepted, if no limit stops it. */
    public enum Fate {
        HELD,
        SUSPENDED,
        OFFBOARDED,
        ALREADY_OFFBOARDED
    }

    public static LedgerWorld any(Draw draw) {
        return new LedgerWorld(draw.list(1, 9, () -> someone(draw)), job(draw));
    }

    private static Job job(Draw draw) {
        return new Job(
                draw.oneOf(weighted(2, () -> 25), weighted(1, () -> draw.between(0, 5))),
                draw.of(0, 30, 50, 100),
                draw.between(0, 8),
                draw.of(0, 0, 5),
                draw.either());
    }

    private static Someone someone(Draw draw) {
        return new Someone(
                draw.oneOf(
                        weighted(8, () -> "reseller"),
                        weighted(1, () -> "none"),
                        weighted(1, () -> "advisor"),
                        weighted(1, () -> "Reseller")),
                draw.list(0, 3, () -> holding(draw)),
                draw.oneOf(
                        weighted(3, () -> Listed.NOT),
                        weighted(4, () -> Listed.BY_DOMAIN),
                        weighted(2, () -> Listed.BY_NAME),
                        weighted(
                                5,
                                () -> draw.of(
                                        Listed.TWICE,
                                        Listed.FROM_TODAY,
                                        Listed.FROM_TOMORROW,
                                        Listed.WITH_ANOTHERS_DOMAIN,
                                        Listed.WITHOUT_IDENTIFIER))),
                draw.oneIn(7));
    }

    private static Holding holding(Draw draw) {
        return new Holding(
                draw.uuid(),
                draw.oneOf(
                        weighted(6, () -> draw.of("license", "usage")),
                        weighted(2, () -> draw.of(new TreeSet<>(KINDS))),
                        weighted(1, () -> draw.of("License", "hovercraft", ""))),
                draw.oneOf(
                        weighted(6, () -> draw.of("active", "suspended")),
                        weighted(3, () -> draw.of("expired", "deleted", "disabled")),
                        weighted(1, () -> draw.of("pending", "zzz", "ACTIVE", ""))),
                draw.unless(6, () -> TODAY.plusDays(draw.of(-40, -1, 0, 1, 200))));
    }

    // ---- what has to come of it

    /** How many rows the list has, duplicates and all. */
    public int rows() {
        return customers.stream().mapToInt(LedgerWorld::rows).sum();
    }

    private static int rows(Someone someone) {
        return switch (someone.listed()) {
            case NOT -> 0;
            case TWICE -> 2;
            default -> 1;
        };
    }

    public int duplicates() {
        return isRefused() ? 0 : count(Listed.TWICE);
    }

    public int rejected() {
        return isRefused() ? rows() : count(Listed.WITHOUT_IDENTIFIER);
    }

    private int count(Listed listed) {
        return (int) customers.stream().filter(one -> one.listed() == listed).count();
    }

    /** More than three wrong rows of so few are more than one in twenty. */
    private boolean isRefused() {
        return count(Listed.WITHOUT_IDENTIFIER) > 3;
    }

    /** Customers whose entries are accepted, by their numbers. */
    public List<Integer> accepted() {
        return IntStream.rangeClosed(1, customers.size())
                .filter(n -> !isRefused()
                        && !EnumSet.of(Listed.NOT, Listed.WITHOUT_IDENTIFIER)
                                .contains(customers.get(n - 1).listed()))
                .boxed()
                .toList();
    }

    public Fate fate(int n) {
        Someone one = customers.get(n - 1);
        if (one.isProtected()
                || EnumSet.of(Listed.FROM_TOMORROW, Listed.WITH_ANOTHERS_DOMAIN).contains(one.listed())) {
            return Fate.HELD;
        }
        if (one.relationship().equals("none")) {
            return Fate.ALREADY_OFFBOARDED;
        }
        if (!one.relationship().equals("reseller") || one.holdings().stream().anyMatch(Holding::standsInTheWay)) {
            return Fate.HELD;
        }
        return job.graceDays() == 0 ? Fate.OFFBOARDED : Fate.SUSPENDED;
    }

    /** The writes that a first night makes, if no limit stops it: action and target. */
    public List<String> writes() {
        List<String> writes = new ArrayList<>();
        for (int n : accepted()) {
            Fate fate = fate(n);
            if (fate == Fate.OFFBOARDED || fate == Fate.SUSPENDED) {
                customers.get(n - 1).holdings().stream()
                        .filter(Holding::isSuspended)
                        .forEach(holding -> writes.add("SUSPEND " + holding.id()));
            }
            if (fate == Fate.OFFBOARDED) {
                writes.add("REMOVE " + Scene.id(n));
            }
        }
        return writes;
    }

    /** Customers that are written to. */
    public List<Integer> written() {
        return accepted().stream()
                .filter(n -> fate(n) == Fate.OFFBOARDED
                        || (fate(n) == Fate.SUSPENDED
                                && customers.get(n - 1).holdings().stream().anyMatch(Holding::isSuspended)))
                .toList();
    }

    public long allowed() {
        long population = customers.stream()
                .filter(one -> one.relationship().equals("reseller"))
                .count();
        return Math.min(job.maxCustomers(), Math.max(job.floor(), population * job.maxShare() / 100));
    }

    public boolean isTooMuch() {
        return written().size() > allowed();
    }

    // ---- made real

    public void into(Scene scene) {
        for (int n = 1; n <= customers.size(); n++) {
            Someone one = customers.get(n - 1);
            scene.customer(n, one.relationship());
            for (Holding holding : one.holdings()) {
                scene.sql(
                        "insert into ledger.subscription (subscription_id, customer_id, name, kind, status, term_end) values (?, ?, 'x', ?, ?, ?)",
                        holding.id(),
                        Scene.id(n),
                        holding.kind(),
                        holding.status(),
                        holding.termEnd());
            }
        }
        StringBuilder csv = new StringBuilder("customer_id,domain,company_name,effective_date\n");
        scene.sql("truncate public.listed restart identity");
        for (int n = 1; n <= customers.size(); n++) {
            for (int i = 0; i < rows(customers.get(n - 1)); i++) {
                csv.append(String.join(",", row(n))).append('\n');
                scene.sql(
                        "insert into public.listed (customer_id, domain, company_name, effective_date) values (?, ?, ?, ?)",
                        (Object[]) row(n));
            }
        }
        if (job.file()) {
            scene.without("list.database.query")
                    .with("list.csv.inbox", scene.inbox().toString());
            if (rows() > 0) {
                scene.inboxFile("list.csv", csv.toString());
            }
        } else {
            scene.listedBy("select customer_id, domain, company_name, effective_date from public.listed order by line");
        }
        StringBuilder isProtected =
                new StringBuilder("customer_id\n").append(Scene.id(99)).append('\n');
        IntStream.rangeClosed(1, customers.size())
                .filter(n -> customers.get(n - 1).isProtected())
                .forEach(n -> isProtected.append(Scene.id(n)).append('\n'));
        scene.protectedBy(isProtected.toString())
                .with("limits.max-customers", "" + job.maxCustomers())
                .with("limits.max-share", job.maxShare() + "%")
                .with("limits.floor", "" + job.floor())
                .with("grace-period", job.graceDays() + "d");
    }

    private String[] row(int n) {
        String id = Scene.id(n).toString();
        String domain = "customer-" + n + ".example";
        return switch (customers.get(n - 1).listed()) {
            case NOT -> throw new IllegalStateException("not listed");
            case BY_DOMAIN, TWICE -> new String[] {id, domain, "", ""};
            case BY_NAME -> new String[] {id.toUpperCase(Locale.ROOT), "", "customer " + n, ""};
            case FROM_TODAY -> new String[] {id, domain, "", TODAY.toString()};
            case FROM_TOMORROW ->
                new String[] {id, domain, "", TODAY.plusDays(1).toString()};
            case WITH_ANOTHERS_DOMAIN -> new String[] {id, "customer-" + (n + 1) + ".example", "", ""};
            case WITHOUT_IDENTIFIER -> new String[] {id, "", " ", ""};
        };
    }

    // ---- made up

    /** As a decision is asked for somebody who is listed. */
    public CaseView caseView(int n) {
        String[] row = row(n);
        return new CaseView(
                Scene.id(n),
                dev.offboarding.cases.CaseState.MARKED,
                row[2].isBlank() ? null : row[2],
                row[1].isEmpty() ? null : row[1],
                row[3].isEmpty() ? null : LocalDate.parse(row[3]),
                true,
                Set.of(),
                null,
                false,
                CaseFacts.NONE,
                Map.of());
    }

    public Observation seen(int n) {
        Someone one = customers.get(n - 1);
        return new Observation.Found(
                new Customer(
                        Scene.id(n),
                        "Customer " + n,
                        "customer-" + n + ".example",
                        one.relationship(),
                        one.holdings().stream().map(LedgerWorld::subscription).toList(),
                        List.of(),
                        null),
                Scene.TONIGHT);
    }

    private static Subscription subscription(Holding holding) {
        return new Subscription(
                holding.id().toString(),
                "x",
                Arrays.stream(Subscription.Kind.values())
                        .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(holding.kind()))
                        .findFirst()
                        .orElse(Subscription.Kind.UNKNOWN),
                holding.kind(),
                Arrays.stream(Subscription.Status.values())
                        .filter(status -> status.name().toLowerCase(Locale.ROOT).equals(holding.status()))
                        .findFirst()
                        .orElse(Subscription.Status.UNKNOWN),
                holding.status(),
                holding.termEnd(),
                null,
                null,
                null,
                null);
    }

    public Rules rules() {
        Set<UUID> isProtected = new java.util.HashSet<>();
        IntStream.rangeClosed(1, customers.size())
                .filter(n -> customers.get(n - 1).isProtected())
                .forEach(n -> isProtected.add(Scene.id(n)));
        return new Rules(EnumSet.allOf(Identifier.class), isProtected, TODAY, job.graceDays());
    }
}

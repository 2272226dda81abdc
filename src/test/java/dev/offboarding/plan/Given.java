package dev.offboarding.plan;

import dev.offboarding.cases.CaseFacts;
import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.ScheduledEnd;
import dev.offboarding.interventions.Intervention;
import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.interventions.Standing;
import dev.offboarding.lists.Identifier;
import dev.offboarding.platform.Customer;
import dev.offboarding.platform.Delegation;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.AtTermEnd;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Subscription.Status;
import dev.offboarding.platform.Transfer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A customer, its case and the job's rules: a plain one that may go on, until a test says otherwise. */
final class Given {

    static final UUID ID = UUID.fromString("0b1c2d3e-1111-4222-8333-444455556666");
    static final LocalDate TODAY = LocalDate.of(2026, 6, 15);
    static final Instant NOW = Instant.parse("2026-06-15T01:30:00Z");

    /** The last day of a term that runs. */
    static final LocalDate TERM_END = TODAY.plusDays(100);

    private CaseState state = CaseState.MARKED;
    private @Nullable String listedName = "Contoso GmbH";
    private @Nullable String listedDomain = "contoso.example";
    private String liveName = "Contoso GmbH";
    private String liveDomain = "contoso.example";
    private @Nullable LocalDate effectiveDate;
    private boolean listed = true;
    private Set<String> suspendedIds = Set.of();
    private @Nullable LocalDate suspendedOn;
    private boolean offboardedBefore;
    private CaseFacts facts = CaseFacts.NONE;
    private String relationship = "reseller";
    private List<Subscription> holdings = List.of();
    private Set<Identifier> identity = EnumSet.allOf(Identifier.class);
    private Set<UUID> protectedCustomers = Set.of();
    private LocalDate today = TODAY;
    private int graceDays;
    private NewCommerce newCommerce = NewCommerce.HOLD;
    private @Nullable Set<String> resellers;
    private Map<String, ScheduledEnd> scheduledEnds = Map.of();
    private List<Transfer> transfers = List.of();
    private Set<String> onTheirWay = Set.of();
    private List<Delegation> delegations = List.of();
    private @Nullable Intervention pause;
    private @Nullable Intervention withdrawal;
    private @Nullable Intervention closing;
    private boolean withdrawWhenUnlisted;

    static Given customer() {
        return new Given();
    }

    Given state(CaseState state) {
        this.state = state;
        return this;
    }

    Given listedAs(@Nullable String name, @Nullable String domain) {
        listedName = name;
        listedDomain = domain;
        return this;
    }

    Given live(String name, String domain) {
        liveName = name;
        liveDomain = domain;
        return this;
    }

    Given effective(LocalDate day) {
        effectiveDate = day;
        return this;
    }

    Given notListed() {
        listed = false;
        return this;
    }

    Given suspendedByUs(String... ids) {
        suspendedIds = Set.of(ids);
        return this;
    }

    Given suspendedOn(LocalDate day) {
        suspendedOn = day;
        return this;
    }

    Given offboardedBefore() {
        offboardedBefore = true;
        return this;
    }

    Given relationship(String relationship) {
        this.relationship = relationship;
        return this;
    }

    Given holds(Subscription... subscriptions) {
        return holds(List.of(subscriptions));
    }

    Given holds(List<Subscription> subscriptions) {
        holdings = subscriptions;
        return this;
    }

    Given identity(Identifier... identifiers) {
        identity = Set.of(identifiers);
        return this;
    }

    Given isProtected() {
        protectedCustomers = Set.of(UUID.randomUUID(), ID);
        return this;
    }

    Given otherProtected() {
        protectedCustomers = Set.of(UUID.randomUUID());
        return this;
    }

    Given today(LocalDate today) {
        this.today = today;
        return this;
    }

    Given facts(CaseFacts known) {
        facts = known;
        return this;
    }

    Given graceDays(int days) {
        graceDays = days;
        return this;
    }

    Given newCommerce(NewCommerce policy) {
        newCommerce = policy;
        return this;
    }

    Given resellers(String... partnerIds) {
        resellers = Set.of(partnerIds);
        return this;
    }

    /** The cancellation at the end of this term is one that this program scheduled. */
    Given scheduledByUs(String id, Instant at, boolean repaired) {
        scheduledEnds = Map.of(id, new ScheduledEnd(id, at, repaired));
        return this;
    }

    /** The cancellation at the end of each of these terms is one that this program scheduled. */
    Given scheduledByUs(ScheduledEnd... ends) {
        scheduledEnds = Stream.of(ends).collect(Collectors.toMap(ScheduledEnd::subscription, it -> it));
        return this;
    }

    Given transfers(Transfer... pending) {
        transfers = List.of(pending);
        return this;
    }

    Given delegations(Delegation... shown) {
        delegations = List.of(shown);
        return this;
    }

    Given paused(@Nullable LocalDate until) {
        pause = askedFor(InterventionKind.PAUSE, until);
        return this;
    }

    Given withdrawn() {
        withdrawal = askedFor(InterventionKind.WITHDRAW, null);
        return this;
    }

    Given suspensionsOnTheirWay(String... ids) {
        onTheirWay = Set.of(ids);
        return this;
    }

    Given closed() {
        closing = askedFor(InterventionKind.CLOSE, null);
        return this;
    }

    Given withdrawWhenUnlisted() {
        withdrawWhenUnlisted = true;
        return this;
    }

    private static Intervention askedFor(InterventionKind kind, @Nullable LocalDate until) {
        return new Intervention(kind, NOW, "they stay", "Ada", false, "ops", until, false);
    }

    Rules rules() {
        return new Rules(identity, protectedCustomers, today, graceDays, newCommerce, resellers, withdrawWhenUnlisted);
    }

    Decision decide() {
        return decide(new Observation.Found(seen(), NOW));
    }

    Customer seen() {
        return new Customer(ID, liveName, liveDomain, relationship, holdings, delegations, transfers, null);
    }

    Decision whenUnknown() {
        return decide(new Observation.Unknown(ID, NOW, "no row in ledger.customer"));
    }

    Decision whenNobodyIsShown() {
        return decide(new Observation.Unknown(ID, NOW, "no row in ledger.customer", null, true));
    }

    Decision whenUnreadable() {
        return decide(new Observation.Unreadable(ID, NOW, "503 Service Unavailable"));
    }

    private Decision decide(Observation observation) {
        return Planner.decide(caseView(), observation, rules());
    }

    CaseView caseView() {
        return new CaseView(
                ID,
                state,
                listedName,
                listedDomain,
                effectiveDate,
                listed,
                suspendedIds,
                suspendedOn,
                offboardedBefore,
                facts,
                scheduledEnds,
                new Standing(pause == null ? List.of() : List.of(pause), withdrawal, closing),
                onTheirWay);
    }

    static Subscription active(Kind kind, String id) {
        return subscription(id, kind, Status.ACTIVE);
    }

    static Subscription license(String id) {
        return active(Kind.LICENSE, id);
    }

    static Subscription subscription(String id, Kind kind, Status status) {
        return subscription(id, kind, status, null);
    }

    static Subscription subscription(String id, Kind kind, Status status, @Nullable LocalDate termEnd) {
        return subscription(id, kind, status, termEnd, null, null);
    }

    static Subscription addOn(String id, String parentId) {
        return subscription(id, Kind.LICENSE, Status.ACTIVE, null, parentId, null);
    }

    static Subscription azurePlan(String id, @Nullable Integer activeBeneath) {
        return subscription(id, Kind.AZURE_PLAN, Status.ACTIVE, null, null, activeBeneath);
    }

    /** A new-commerce term that runs. */
    static Subscription term(String id, AtTermEnd atTermEnd, @Nullable Instant cancellableUntil) {
        return term(id, Status.ACTIVE, TERM_END, atTermEnd, cancellableUntil);
    }

    static Subscription term(
            String id,
            Status status,
            @Nullable LocalDate termEnd,
            @Nullable AtTermEnd atTermEnd,
            @Nullable Instant cancellableUntil) {
        return of(Kind.NEW_COMMERCE, id, status, termEnd, atTermEnd, cancellableUntil, null);
    }

    static Subscription of(
            Kind kind,
            String id,
            Status status,
            @Nullable LocalDate termEnd,
            @Nullable AtTermEnd atTermEnd,
            @Nullable Instant cancellableUntil,
            @Nullable String reseller) {
        return new Subscription(
                id,
                "Product " + id,
                kind,
                kind.name().toLowerCase(Locale.ROOT),
                status,
                status.name().toLowerCase(Locale.ROOT),
                termEnd,
                cancellableUntil,
                atTermEnd == AtTermEnd.RENEWS || atTermEnd == AtTermEnd.EXTENDED,
                null,
                null,
                atTermEnd,
                reseller);
    }

    static Subscription subscription(
            String id,
            Kind kind,
            Status status,
            @Nullable LocalDate termEnd,
            @Nullable String parentId,
            @Nullable Integer activeBeneath) {
        return new Subscription(
                id,
                "Product " + id,
                kind,
                kind == Kind.UNKNOWN ? "perpetual" : kind.name().toLowerCase(Locale.ROOT),
                status,
                status == Status.UNKNOWN ? "zzz" : status.name().toLowerCase(Locale.ROOT),
                termEnd,
                null,
                null,
                parentId,
                activeBeneath);
    }
}

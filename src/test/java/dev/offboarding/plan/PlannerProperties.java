package dev.offboarding.plan;

import static dev.offboarding.plan.DecisionAssert.remove;
import static dev.offboarding.plan.Given.TODAY;
import static dev.offboarding.plan.Given.customer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.Hold;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Subscription.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

class PlannerProperties {

    @Provide
    Arbitrary<List<Subscription>> holdings() {
        Arbitrary<Kind> kinds = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.of(Kind.LICENSE, Kind.USAGE)), Tuple.of(1, Arbitraries.of(Kind.class)));
        Arbitrary<Status> statuses = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.of(Status.ACTIVE, Status.SUSPENDED)),
                Tuple.of(1, Arbitraries.of(Status.class)));
        Arbitrary<String> ids = Arbitraries.strings().withCharRange('a', 'h').ofLength(1);
        return Combinators.combine(
                        ids,
                        kinds,
                        statuses,
                        Arbitraries.integers().between(-3, 3).injectNull(0.3),
                        ids.injectNull(0.6),
                        Arbitraries.integers().between(0, 2).injectNull(0.5))
                .as((id, kind, status, days, parent, beneath) -> Given.subscription(
                        id, kind, status, days == null ? null : TODAY.plusDays(days), parent, beneath))
                .list()
                .uniqueElements(Subscription::id)
                .ofMaxSize(6);
    }

    @Property
    void aCustomerThatIsHeldGetsNoWriteAndEveryOtherExactlyWhatIsActive(
            @ForAll("holdings") List<Subscription> holdings,
            @ForAll CaseState state,
            @ForAll @IntRange(max = 3) int oneInFourIsProtected,
            @ForAll @IntRange(min = -1, max = 1) int due,
            @ForAll @IntRange(max = 2) int graceDays) {
        Given given = customer()
                .state(state)
                .holds(holdings)
                .effective(TODAY.plusDays(due))
                .graceDays(graceDays);
        boolean kept = oneInFourIsProtected == 0;
        if (kept) {
            given.isProtected();
        }
        boolean standsInTheWay = holdings.stream().anyMatch(PlannerProperties::standsInTheWay);

        Decision decision = given.decide();

        if (kept || due > 0 || standsInTheWay) {
            assertThat(decision).isInstanceOf(Decision.Held.class);
            assertThat(((Decision.Held) decision).holds()).isNotEmpty();
        } else if (decision instanceof Decision.Held held) {
            assertThat(held.holds()).hasSize(1).extracting(Hold::until).doesNotContainNull();
            assertThat(state).isEqualTo(CaseState.SUSPENDED);
            assertThat(graceDays).isPositive();
        } else {
            assertThat(decision).isInstanceOf(Decision.Proceed.class);
            Decision.Proceed proceed = (Decision.Proceed) decision;
            Set<String> active = holdings.stream()
                    .filter(Subscription::active)
                    .map(Subscription::id)
                    .collect(Collectors.toSet());
            assertThat(proceed.writes())
                    .filteredOn(write -> write.action() == Action.SUSPEND)
                    .extracting(PlannedWrite::target)
                    .containsExactlyInAnyOrderElementsOf(active);
            assertThat(proceed.writes())
                    .filteredOn(write -> write.action() != Action.SUSPEND)
                    .isEqualTo(graceDays == 0 ? List.of(remove()) : List.of());
            if (graceDays == 0) {
                assertThat(proceed.writes()).endsWith(remove());
            }
            assertThat(proceed.afterwards() == null).isEqualTo(graceDays == 0);
        }
    }

    /** The table once more, by what may be removed over it instead of by what may not. */
    private static boolean standsInTheWay(Subscription held) {
        boolean over = Set.of(Status.DELETED, Status.EXPIRED).contains(held.status());
        boolean quiet = over || Set.of(Status.SUSPENDED, Status.DISABLED).contains(held.status());
        return switch (held.kind()) {
            case LICENSE, USAGE -> !quiet && held.status() != Status.ACTIVE;
            case AZURE_PLAN ->
                !quiet
                        && !(held.status() == Status.ACTIVE
                                && held.activeBeneath() != null
                                && held.activeBeneath() == 0);
            case MARKETPLACE -> !quiet;
            case NEW_COMMERCE -> !over && held.status() != Status.DISABLED;
            case SOFTWARE, RESERVED_INSTANCE -> !over;
            case UNKNOWN -> true;
        };
    }

    @Property
    void noSubscriptionIsSuspendedBeforeWhatBelongsToIt(@ForAll("holdings") List<Subscription> holdings) {
        List<PlannedWrite> writes = Holdings.suspensions(holdings);

        Map<String, Subscription> byId = new HashMap<>();
        holdings.forEach(held -> byId.put(held.id(), held));
        Set<String> before = new HashSet<>();
        for (PlannedWrite write : writes) {
            Subscription written = Objects.requireNonNull(byId.get(write.target()));
            if (written.parentId() != null && !inACircle(written, byId)) {
                assertThat(before).doesNotContain(written.parentId());
            }
            before.add(write.target());
        }
    }

    private static boolean inACircle(Subscription of, Map<String, Subscription> byId) {
        Subscription next = of;
        for (int i = 0; i <= byId.size(); i++) {
            if (next == null || next.parentId() == null) {
                return false;
            }
            next = byId.get(next.parentId());
        }
        return true;
    }

    @Property
    void theOrderInWhichAPlatformShowsHoldingsDoesNotMatter(@ForAll("holdings") List<Subscription> holdings) {
        List<Subscription> reversed = new ArrayList<>(holdings);
        Collections.reverse(reversed);

        assertThat(Holdings.suspensions(reversed)).isEqualTo(Holdings.suspensions(holdings));
    }
}

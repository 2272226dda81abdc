package dev.offboarding.plan;

import static dev.offboarding.kit.Draw.weighted;
import static dev.offboarding.plan.DecisionAssert.remove;
import static dev.offboarding.plan.Given.TODAY;
import static dev.offboarding.plan.Given.customer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.Hold;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.kit.Draw;
import dev.offboarding.kit.Tries;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Subscription.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("sweep")
class PlannerProperties {

    private static List<Subscription> holdings(Draw draw) {
        Map<String, Subscription> byId = new LinkedHashMap<>();
        for (Subscription held : draw.list(0, 6, () -> holding(draw))) {
            byId.putIfAbsent(held.id(), held);
        }
        return List.copyOf(byId.values());
    }

    private static Subscription holding(Draw draw) {
        Integer days = draw.unless(3, () -> draw.between(-3, 3));
        return Given.subscription(
                id(draw),
                draw.oneOf(
                        weighted(4, () -> draw.of(Kind.LICENSE, Kind.USAGE)), weighted(1, () -> draw.of(Kind.class))),
                draw.oneOf(
                        weighted(4, () -> draw.of(Status.ACTIVE, Status.SUSPENDED)),
                        weighted(1, () -> draw.of(Status.class))),
                days == null ? null : TODAY.plusDays(days),
                draw.unless(6, () -> id(draw)),
                draw.unless(5, () -> draw.between(0, 2)));
    }

    private static String id(Draw draw) {
        return draw.of("a", "b", "c", "d", "e", "f", "g", "h");
    }

    @Test
    void aCustomerThatIsHeldGetsNoWriteAndEveryOtherExactlyWhatIsActive() {
        Tries.of(1000, draw -> {
            List<Subscription> holdings = holdings(draw);
            CaseState state = draw.of(CaseState.class);
            boolean kept = draw.oneIn(4);
            int due = draw.between(-1, 1);
            int graceDays = draw.between(0, 2);
            Given given = customer()
                    .state(state)
                    .holds(holdings)
                    .effective(TODAY.plusDays(due))
                    .graceDays(graceDays);
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
        });
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

    @Test
    void noSubscriptionIsSuspendedBeforeWhatBelongsToIt() {
        Tries.of(1000, draw -> {
            List<Subscription> holdings = holdings(draw);
            List<PlannedWrite> writes = HoldingRules.suspensions(holdings);

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
        });
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

    @Test
    void theOrderInWhichAPlatformShowsHoldingsDoesNotMatter() {
        Tries.of(1000, draw -> {
            List<Subscription> holdings = holdings(draw);
            List<Subscription> reversed = new ArrayList<>(holdings);
            Collections.reverse(reversed);

            assertThat(HoldingRules.suspensions(reversed)).isEqualTo(HoldingRules.suspensions(holdings));
        });
    }
}

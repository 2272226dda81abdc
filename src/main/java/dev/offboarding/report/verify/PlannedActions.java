package dev.offboarding.report.verify;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The planned writes of one customer, in their order. */
final class PlannedActions {
    private static final int FEW = 20;

    private final List<PlannedAction> all;
    /** Built where there are many and the trail asks for one. */
    private @Nullable Map<String, PlannedAction> byName;

    PlannedActions(List<PlannedAction> all) {
        this.all = List.copyOf(all);
    }

    List<PlannedAction> all() {
        return all;
    }

    int count(Predicate<PlannedAction> which) {
        return (int) all.stream().filter(which).count();
    }

    @Nullable
    PlannedAction find(@Nullable String action, String target) {
        if (all.size() > FEW) {
            return byName().get(action + ' ' + target);
        }
        Object compact = PlannedAction.compact(target);
        for (PlannedAction write : all) {
            if (write.is(action, compact)) {
                return write;
            }
        }
        return null;
    }

    private Map<String, PlannedAction> byName() {
        Map<String, PlannedAction> names = byName;
        if (names == null) {
            names = new HashMap<>();
            for (PlannedAction write : all) {
                names.putIfAbsent(write.action.name() + ' ' + write.target(), write);
            }
            byName = names;
        }
        return names;
    }
}

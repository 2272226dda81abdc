package dev.offboarding.report.verify;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The planned writes of one customer, in their order. */
final class PlannedWrites {
    private static final int FEW = 20;

    private final List<PlannedWrite> all;
    /** Built where there are many and the trail asks for one. */
    private @Nullable Map<String, PlannedWrite> byName;

    PlannedWrites(List<PlannedWrite> all) {
        this.all = List.copyOf(all);
    }

    List<PlannedWrite> all() {
        return all;
    }

    int count(Predicate<PlannedWrite> which) {
        return (int) all.stream().filter(which).count();
    }

    @Nullable
    PlannedWrite find(@Nullable String action, String target) {
        if (all.size() > FEW) {
            return byName().get(action + ' ' + target);
        }
        Object compact = PlannedWrite.compact(target);
        for (PlannedWrite write : all) {
            if (write.is(action, compact)) {
                return write;
            }
        }
        return null;
    }

    private Map<String, PlannedWrite> byName() {
        Map<String, PlannedWrite> names = byName;
        if (names == null) {
            names = new HashMap<>();
            for (PlannedWrite write : all) {
                names.putIfAbsent(write.action.name() + ' ' + write.target(), write);
            }
            byName = names;
        }
        return names;
    }
}

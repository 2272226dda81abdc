package dev.offboarding.platform.ledger;

import dev.offboarding.platform.Action;
import dev.offboarding.platform.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Puts writes into sets without changing the order of any one customer's writes: the first wave holds what every customer's
 * list begins with, as long as it is the same action, the second what comes then. No target occurs twice in a wave.
 */
final class Waves {
    private Waves() {}

    static List<Map<Action, List<NumberedWrite>>> of(List<Write> writes) {
        Map<UUID, Deque<NumberedWrite>> customers = new LinkedHashMap<>();
        for (int i = 0; i < writes.size(); i++) {
            NumberedWrite asked = new NumberedWrite(i, writes.get(i));
            customers
                    .computeIfAbsent(asked.customer(), id -> new ArrayDeque<>())
                    .add(asked);
        }
        List<Map<Action, List<NumberedWrite>>> waves = new ArrayList<>();
        while (!customers.isEmpty()) {
            Map<Action, List<NumberedWrite>> wave = new EnumMap<>(Action.class);
            Set<String> targets = new HashSet<>();
            for (Deque<NumberedWrite> own : customers.values()) {
                Action action = own.element().write().action();
                for (NumberedWrite next = own.peek();
                        next != null
                                && next.write().action() == action
                                && targets.add(next.write().target());
                        next = own.peek()) {
                    wave.computeIfAbsent(action, a -> new ArrayList<>()).add(own.remove());
                }
            }
            customers.values().removeIf(Deque::isEmpty);
            waves.add(wave);
        }
        return waves;
    }

    static <T> List<List<T>> cut(List<T> list, int size) {
        List<List<T>> parts = new ArrayList<>();
        for (int i = 0; i < list.size(); i += size) {
            parts.add(list.subList(i, Math.min(i + size, list.size())));
        }
        return parts;
    }
}

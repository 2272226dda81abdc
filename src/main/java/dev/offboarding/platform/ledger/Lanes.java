package dev.offboarding.platform.ledger;

import dev.offboarding.kit.Background;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * What is asked of many customers, dealt out by customer to two connections, so that the server works on both at once. A customer is in
 * one lane only, and what is asked of it keeps its order. For few customers there is one lane, on the caller's own thread.
 */
final class Lanes<T> {

    /** In each lane: for fewer a second connection costs more than it gains. */
    private static final int CUSTOMERS = 200;

    private final List<T> all;
    /** Of each lane, where what is in it stands among all. */
    private final List<List<Integer>> places;

    private Lanes(List<T> all, List<List<Integer>> places) {
        this.all = all;
        this.places = places;
    }

    static <T> Lanes<T> of(List<T> all, Function<T, UUID> customer) {
        Map<UUID, List<Integer>> customers = new LinkedHashMap<>();
        for (int i = 0; i < all.size(); i++) {
            customers
                    .computeIfAbsent(customer.apply(all.get(i)), id -> new ArrayList<>())
                    .add(i);
        }
        List<List<Integer>> inTurn = List.copyOf(customers.values());
        int first = inTurn.size() < 2 * CUSTOMERS ? inTurn.size() : inTurn.size() / 2;
        List<List<Integer>> places = new ArrayList<>();
        places.add(inTurn.subList(0, first).stream().flatMap(List::stream).toList());
        if (first < inTurn.size()) {
            places.add(inTurn.subList(first, inTurn.size()).stream()
                    .flatMap(List::stream)
                    .toList());
        }
        return new Lanes<>(all, places);
    }

    /**
     * What is made of each lane, once all of them have ended.
     *
     * @throws RuntimeException what went wrong in the first lane in which something did
     */
    <R> List<R> work(Function<List<T>, R> work) {
        List<T> own = lane(0);
        CompletableFuture<R> beside =
                places.size() == 1 ? null : Background.begin("second-lane", () -> work.apply(lane(1)));
        R made;
        try {
            made = work.apply(own);
        } catch (RuntimeException | Error e) {
            if (beside != null) {
                beside.handle((other, failure) -> other).join();
            }
            throw e;
        }
        return beside == null ? List.of(made) : List.of(made, Background.join(beside));
    }

    private List<T> lane(int n) {
        return places.get(n).stream().map(all::get).toList();
    }

    /** What was made of each, lane by lane, in the order in which it was asked for. */
    <R> List<R> inOrder(List<List<R>> made) {
        SortedMap<Integer, R> ordered = new TreeMap<>();
        for (int lane = 0; lane < made.size(); lane++) {
            for (int i = 0; i < made.get(lane).size(); i++) {
                ordered.put(places.get(lane).get(i), made.get(lane).get(i));
            }
        }
        return List.copyOf(ordered.values());
    }
}

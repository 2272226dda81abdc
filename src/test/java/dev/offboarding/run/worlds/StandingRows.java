package dev.offboarding.run.worlds;

import static dev.offboarding.run.Scene.id;

import dev.offboarding.run.Scene;
import dev.offboarding.run.StandingList;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a list that is the whole truth, and what follows from how it was taken, as the contract has it. What is not known for certain,
 * because a run was killed or a row may have waited for an approval, is left open.
 */
final class StandingRows {

    /** With more of them gone it makes nobody gone. Of so few people as there are here a fifth is less. */
    private static final int MOST_GONE = 3;

    private static final List<String> COLUMNS =
            List.of("customer_id", "domain", "ticket", "requested_by", "effective_date");

    enum Known {
        NO,
        PERHAPS,
        YES;

        Known orRather(Known other) {
            return compareTo(other) >= 0 ? this : other;
        }
    }

    record Row(String ticket, @Nullable LocalDate effective) {}

    private final StandingList place;
    private final Map<Integer, Row> rows = new TreeMap<>();
    private boolean emptied;
    private final Map<Integer, Row> lastOf = new HashMap<>();
    /** Its row was in the list that was accepted last. */
    private final Map<Integer, Known> present = new HashMap<>();
    /** Its row was there, and then was seen to be gone: if it is back, it lists its customer again. */
    private final Map<Integer, Known> gone = new HashMap<>();
    /** Its open case waits, because it has no row. */
    private final Map<Integer, Known> unlisted = new HashMap<>();

    private final Map<Integer, String> acceptedTickets = new HashMap<>();

    StandingRows(StandingList place) {
        this.place = place;
    }

    // ---- what people do with it

    void put(int customer, Row row) {
        rows.put(customer, row);
        lastOf.put(customer, row);
    }

    void takeOut(int customer) {
        rows.remove(customer);
    }

    /** For one night it has no row at all. */
    void emptied(boolean it) {
        emptied = it;
    }

    boolean has(int customer) {
        return rows.containsKey(customer);
    }

    Set<Integer> customers() {
        return new TreeSet<>(rows.keySet());
    }

    /** The row that it has, or had before it was taken out. */
    @Nullable
    Row lastOf(int customer) {
        return lastOf.get(customer);
    }

    /** To where the program reads it. */
    void write(Scene scene) {
        place.set(
                scene,
                COLUMNS,
                tonight().entrySet().stream()
                        .map(it -> new String[] {
                            id(it.getKey()).toString(),
                            "customer-%d.example".formatted(it.getKey()),
                            it.getValue().ticket(),
                            "Grace",
                            it.getValue().effective() == null
                                    ? ""
                                    : it.getValue().effective().toString()
                        })
                        .toList());
    }

    // ---- what follows

    private Map<Integer, Row> tonight() {
        return emptied ? Map.of() : rows;
    }

    private static Known of(Map<Integer, Known> which, int customer) {
        return which.getOrDefault(customer, Known.NO);
    }

    private long missing(Known atLeast) {
        return present.entrySet().stream()
                .filter(it -> it.getValue().compareTo(atLeast) >= 0)
                .filter(it -> !tonight().containsKey(it.getKey()))
                .count();
    }

    /** Whether whoever is not in tonight's list is gone from it. */
    private Known makesGone() {
        return tonight().isEmpty() || missing(Known.YES) > MOST_GONE
                ? Known.NO
                : missing(Known.PERHAPS) > MOST_GONE ? Known.PERHAPS : Known.YES;
    }

    /** Whether, once tonight's list is accepted, an open case of this customer is without a row. */
    Known isWithoutARow(int customer) {
        return tonight().containsKey(customer) ? Known.NO : makesGone().orRather(of(unlisted, customer));
    }

    /** Whether its row, if it is accepted, may list its customer, or may list it again. */
    boolean mayListAgain(int customer) {
        Row row = rows.get(customer);
        return row != null && (of(gone, customer) != Known.NO || !row.ticket().equals(acceptedTickets.get(customer)));
    }

    /**
     * A run is over.
     *
     * @param accepted whether it has accepted the list
     * @param taken whether the row of a customer was then accepted, too
     * @param open whether a customer had an open case
     */
    void isAccepted(Known accepted, IntFunction<Known> taken, IntPredicate open) {
        if (accepted == Known.NO) {
            return;
        }
        Known makesGone = makesGone();
        boolean certain = accepted == Known.YES;
        for (int customer : lastOf.keySet()) {
            Row row = tonight().get(customer);
            if (row != null) {
                Known here = certain ? taken.apply(customer) : Known.PERHAPS;
                if (here == Known.YES) {
                    present.put(customer, Known.YES);
                    gone.put(customer, Known.NO);
                    unlisted.put(customer, Known.NO);
                    acceptedTickets.put(customer, row.ticket());
                } else if (here == Known.PERHAPS) {
                    present.put(customer, of(present, customer).orRather(Known.PERHAPS));
                    soften(gone, customer);
                    soften(unlisted, customer);
                }
            } else if (!tonight().isEmpty()) {
                isMissing(customer, makesGone, certain);
                if (open.test(customer) && makesGone != Known.NO) {
                    // whatever it was lost with: what its case waits for is gone, unless its relationship is removed
                    gone.put(customer, of(gone, customer).orRather(Known.PERHAPS));
                }
            }
        }
    }

    private void isMissing(int customer, Known makesGone, boolean certain) {
        Known was = of(present, customer);
        if (was != Known.NO) {
            Known nowGone = certain && was == Known.YES ? makesGone : makesGone == Known.NO ? Known.NO : Known.PERHAPS;
            gone.put(customer, nowGone.orRather(of(gone, customer)));
            present.put(customer, certain ? Known.NO : Known.PERHAPS);
        }
        Known without = certain || makesGone == Known.NO ? makesGone : Known.PERHAPS;
        unlisted.put(customer, without.orRather(of(unlisted, customer)));
    }

    private static void soften(Map<Integer, Known> which, int customer) {
        if (of(which, customer) == Known.YES) {
            which.put(customer, Known.PERHAPS);
        }
    }

    @Override
    public String toString() {
        return "%s %s"
                .formatted(
                        place,
                        tonight().isEmpty()
                                ? "without a row"
                                : Objects.toString(tonight().keySet()));
    }
}

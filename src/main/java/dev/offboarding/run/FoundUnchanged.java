package dev.offboarding.run;

import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.LastSaid;
import dev.offboarding.audit.LastSaid.Said;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.kit.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.RawValue;

/**
 * Finds those customers who wait as they did, and of whom a night has nothing to say that the last event of each does not say already, to the
 * letter: what was seen, what is listed, state, holds and message, decided by the same rules. One event names all of a chunk. Who could
 * not be read is not among them, for of what was not seen nobody can say that it is unchanged.
 */
final class FoundUnchanged {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final RunContext context;
    private final LazyPlatform platform;
    private final LastSaid lastSaid;
    private @Nullable String rules;

    FoundUnchanged(RunContext context, LazyPlatform platform, LastSaid lastSaid) {
        this.context = context;
        this.platform = platform;
        this.lastSaid = lastSaid;
    }

    /**
     * What is left to be told of a chunk.
     *
     * @param events all that there is to say
     */
    Told told(List<? extends OffboardingCase> cases, List<NewEvent> events) {
        Map<UUID, OffboardingCase> waiting = new HashMap<>();
        cases.stream().filter(FoundUnchanged::waits).forEach(c -> waiting.put(c.customerId(), c));
        Map<UUID, Integer> count = new HashMap<>();
        events.forEach(event -> count.merge(Objects.requireNonNull(event.customerId()), 1, Integer::sum));
        Map<UUID, String> digests = new LinkedHashMap<>();
        for (NewEvent event : events) {
            UUID customer = Objects.requireNonNull(event.customerId());
            if (event.kind() == EventKind.DECIDED
                    && Objects.equals(count.get(customer), 1)
                    && waiting.containsKey(customer)
                    && !member(event, "seen").containsKey("unreadable")) {
                digests.put(customer, digest(event));
            }
        }
        Map<UUID, Said> before = lastSaid.of(digests.keySet());
        List<NewEvent> left = new ArrayList<>(events.size());
        Naming naming = new Naming();
        for (NewEvent event : events) {
            UUID customer = Objects.requireNonNull(event.customerId());
            OffboardingCase c = waiting.get(customer);
            Said said = before.get(customer);
            if (c != null
                    && said != null
                    && said.digest().equals(digests.get(customer))
                    && !c.listing().listedAnew()) {
                naming.name(event, said, c.holdingsJson());
                digests.remove(customer);
            } else {
                left.add(event);
            }
        }
        if (!naming.isEmpty()) {
            left.add(NewEvent.ofRun(EventKind.FOUND_UNCHANGED, naming.data()));
        }
        return new Told(left, digests);
    }

    /** Nothing more becomes of it tonight. What somebody has to look at is told in full: its hold may yet say more at the end of the run. */
    private static boolean waits(OffboardingCase c) {
        return c.nextStage() == null
                && !c.left()
                && (c.state() == CaseState.MARKED || c.state() == CaseState.SUSPENDED)
                && c.removedAt() == null
                && c.planned().isEmpty()
                && !c.holds().isEmpty()
                && c.holds().stream().noneMatch(hold -> hold.reason().somebodyHasToLook());
    }

    /** Of all that it says but when it was read, and of a row but the names, which is what it says when it is not listed anew. */
    private String digest(NewEvent event) {
        Map<String, @Nullable Object> says = new LinkedHashMap<>(event.data());
        Map<String, @Nullable Object> seen = new LinkedHashMap<>(member(event, "seen"));
        seen.remove("at");
        says.put("seen", seen);
        Map<?, ?> listed = member(event, "listed");
        says.put("listed", Arrays.asList(listed.get("company_name"), listed.get("domain")));
        return Sha256.hexOf((rules() + JSON.writeValueAsString(says)).getBytes(StandardCharsets.UTF_8));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> member(NewEvent event, String name) {
        return event.data().get(name) instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
    }

    /** By other rules it is another decision, also where it comes out the same. */
    private String rules() {
        String known = rules;
        if (known == null) {
            known = PlanSettings.basis(context.run().jobFile(), platform.identity())
                            .header() + "withdraw-when-unlisted "
                    + context.run().rules().withdrawWhenUnlisted() + "\n";
            rules = known;
        }
        return known;
    }

    /** The one event. */
    private static final class Naming {
        private final List<Map<String, Object>> unchanged = new ArrayList<>();
        private final MessageDigest standing = Sha256.begin();
        private List<String> customers = new ArrayList<>();
        private int count;
        private long first = Long.MAX_VALUE;
        private long last;
        private long next;
        private Instant readFrom = Instant.MAX;
        private Instant readUntil = Instant.MIN;

        boolean isEmpty() {
            return count == 0;
        }

        void name(NewEvent event, Said said, @Nullable String holdings) {
            if (count == 0 || said.sequence() != next) {
                customers = new ArrayList<>();
                Map<String, Object> group = new LinkedHashMap<>();
                group.put("event", said.sequence());
                group.put("customers", customers);
                unchanged.add(group);
            }
            customers.add(said.customerId().toString());
            count++;
            next = said.sequence() + 1;
            first = Math.min(first, said.sequence());
            last = Math.max(last, said.sequence());
            standing.update(Sha256.of(standing(event, holdings).getBytes(StandardCharsets.UTF_8)));
            if (member(event, "seen").get("at") instanceof String at) {
                Instant read = Instant.parse(at);
                readFrom = read.isBefore(readFrom) ? read : readFrom;
                readUntil = read.isAfter(readUntil) ? read : readUntil;
            }
        }

        /** What the row of its customer has to say. */
        private static String standing(NewEvent event, @Nullable String holdings) {
            Map<String, ?> data = event.data();
            Map<?, ?> listed = member(event, "listed");
            return JSON.writeValueAsString(Arrays.asList(
                    String.valueOf(event.customerId()),
                    data.get("state"),
                    data.get("outcome"),
                    Objects.requireNonNullElse(data.get("message"), ""),
                    data.get("holds"),
                    data.get("suspended_at"),
                    data.get("removed_at"),
                    listed.get("company_name"),
                    listed.get("domain"),
                    new RawValue(Objects.requireNonNullElse(holdings, "[]"))));
        }

        Map<String, Object> data() {
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("customers", count);
            data.put("first", first);
            data.put("last", last);
            data.put("read_from", readFrom.toString());
            data.put("read_until", readUntil.toString());
            data.put("standing_sha256", Sha256.hex(standing.digest()));
            data.put("unchanged", unchanged);
            return data;
        }
    }
}

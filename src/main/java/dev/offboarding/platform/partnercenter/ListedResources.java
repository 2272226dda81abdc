package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.DecisionBasis;
import dev.offboarding.platform.Subscription.Kind;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Subscriptions as their list showed them, to be sent back with their etag: that saves reading each on its own. One serves once, and for
 * as long as what is decided on it; where the etag has been used up by anyone since, the platform refuses it.
 */
final class ListedResources {

    /** @param begun when the list was asked for */
    record Listed(ObjectNode resource, Instant begun) {}

    private record Kept(UUID customer, Instant begun, Map<String, byte[]> resources) {}

    /** Of what has no etag nothing would say that it has changed. */
    private static final Set<Kind> WITH_ETAG = Set.of(Kind.LICENSE, Kind.USAGE);

    /** What is left out of a PATCH counts as changed: a list that shows less than a subscription's own read does not serve. */
    private static final Set<String> SENT_BACK = Set.of("id", "quantity", "autoRenewEnabled", "billingCycle");

    private final Clock clock;
    private final Map<UUID, Kept> kept = new ConcurrentHashMap<>();
    /** In the order in which they get too old. */
    private final Queue<Kept> ageing = new ConcurrentLinkedQueue<>();

    ListedResources(Clock clock) {
        this.clock = clock;
    }

    void keep(UUID customer, Pages.Collection subscriptions) {
        forgetWhatIsOld();
        Map<String, byte[]> resources = new HashMap<>();
        for (JsonNode it : subscriptions.items()) {
            if (serves(it)) {
                // as a tree it would take many times the room, for every customer of ten minutes
                resources.put(HoldingMapper.id(it), PartnerCenterJson.bytes(it));
            }
        }
        if (resources.isEmpty()) {
            kept.remove(customer);
        } else {
            Kept those = new Kept(customer, subscriptions.begun(), new ConcurrentHashMap<>(resources));
            kept.put(customer, those);
            ageing.add(those);
        }
    }

    private static boolean serves(JsonNode it) {
        return HoldingMapper.statusText(it).equals("active")
                && WITH_ETAG.contains(HoldingMapper.kind(it))
                && !HoldingMapper.id(it).isEmpty()
                && etag(it) != null
                && SENT_BACK.stream().allMatch(name -> PartnerCenterJson.get(it, name) != null);
    }

    /** Null where it has none. */
    static @Nullable String etag(JsonNode subscription) {
        return PartnerCenterJson.text(PartnerCenterJson.get(subscription, "attributes"), "etag");
    }

    /** Null where it has to be read. */
    @Nullable
    Listed take(UUID customer, String subscription) {
        Kept those = kept.get(customer);
        if (those == null || isOld(those)) {
            return null;
        }
        byte[] bytes = those.resources().remove(subscription);
        ObjectNode resource = bytes == null ? null : PartnerCenterJson.object(bytes);
        return resource == null ? null : new Listed(resource, those.begun());
    }

    private boolean isOld(Kept those) {
        return clock.instant().isAfter(those.begun().plus(DecisionBasis.GOOD_FOR));
    }

    private void forgetWhatIsOld() {
        Kept oldest = ageing.peek();
        while (oldest != null && isOld(oldest)) {
            ageing.remove(oldest);
            kept.remove(oldest.customer(), oldest);
            oldest = ageing.peek();
        }
    }
}

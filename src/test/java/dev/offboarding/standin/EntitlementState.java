package dev.offboarding.standin;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** A reservation or perpetual software: what is owned without being a subscription. Guarded by the world's lock. */
final class EntitlementState {

    enum Type {
        RESERVATION,
        SOFTWARE
    }

    final Type type;
    final String name;
    final String orderId;
    final String resourceId;
    final Instant expires;
    boolean live;

    EntitlementState(Type type, String name, String orderId, String resourceId, Instant expires, boolean live) {
        this.type = type;
        this.name = name;
        this.orderId = orderId;
        this.resourceId = resourceId;
        this.expires = expires;
        this.live = live;
    }

    boolean isLive(Instant now) {
        return live && (type == Type.SOFTWARE || expires.isAfter(now));
    }

    ObjectNode json(String customerId, boolean formerContract, boolean showExpiry, Instant now, Dice dice) {
        ObjectNode it = AnswerWriter.object();
        it.putArray("includedEntitlements");
        it.putObject("referenceOrder")
                .put("id", orderId)
                .put("lineItemId", "0")
                .put("alternateId", orderId.substring(0, 12));
        it.put("productId", type == Type.SOFTWARE ? "DG7GMGF0D5SL" : "DZH318Z0BQ3Q");
        it.put("skuId", "0001").put("quantity", live ? 2 : 0);
        it.putArray("quantityDetails").addObject().put("quantity", 2).put("status", status(now));
        ObjectNode artifact = it.putArray("entitledArtifacts").addObject();
        String path = "/customers/" + customerId + "/artifacts/" + (formerContract ? "virtualmachine" : "")
                + "reservedinstance/" + resourceId;
        if (type == Type.RESERVATION) {
            artifact.set("link", AnswerWriter.link(path, "GET"));
            artifact.put("artifactType", formerContract ? "virtual_machine_reserved_instance" : "reservedinstance");
            it.putObject("dynamicAttributes").put("reservationType", "virtualmachines");
        } else {
            artifact.put("artifactType", "software");
        }
        artifact.put("resourceId", resourceId);
        it.put("entitlementType", wireType(formerContract, dice));
        if (showExpiry && type == Type.RESERVATION) {
            it.put("expiryDate", AnswerWriter.date(expires, dice.pick("expiry" + resourceId, 0, 16)));
        }
        return it;
    }

    ObjectNode artifact(boolean formerContract, Instant now) {
        ObjectNode it = AnswerWriter.object()
                .put("type", formerContract ? "virtual_machine_reserved_instance" : "reservedinstance");
        it.putArray(formerContract ? "virtualMachineReservations" : "reservations")
                .addObject()
                .put("reservationId", resourceId)
                .put("scopeType", "shared")
                .put("displayName", name)
                .put("quantity", live ? 2 : 0)
                .put("effectiveDateTime", AnswerWriter.date(expires.minus(Duration.ofDays(365)), 0))
                .put("expiryDateTime", AnswerWriter.date(expires, 7))
                .put("provisioningState", provisioning(now));
        return it;
    }

    private String provisioning(Instant now) {
        return isLive(now) ? "Succeeded" : live ? "Expired" : "Cancelled";
    }

    private String status(Instant now) {
        return isLive(now) ? "active" : provisioning(now).toLowerCase(Locale.ROOT);
    }

    private String wireType(boolean formerContract, Dice dice) {
        if (type == Type.SOFTWARE) {
            return dice.pick("type" + resourceId, 0, 2) == 0 ? "software" : "Software";
        }
        return formerContract ? "virtual_machine_reserved_instance" : "reservedinstance";
    }
}

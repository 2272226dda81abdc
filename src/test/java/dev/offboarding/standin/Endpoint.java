package dev.offboarding.standin;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Groups of calls on which a fault can be switched on. */
public enum Endpoint {
    LOGIN(Resource.LOGIN),
    CUSTOMER_LIST(Resource.CUSTOMER),
    CUSTOMER_READ(Resource.CUSTOMER),
    CUSTOMER_WRITE(Resource.CUSTOMER),
    SUBSCRIPTION_LIST(Resource.SUBSCRIPTION),
    SUBSCRIPTION_READ(Resource.SUBSCRIPTION),
    SUBSCRIPTION_WRITE(Resource.SUBSCRIPTION),
    SUPPORT_CONTACT(Resource.SUBSCRIPTION),
    ENTITLEMENTS(Resource.OTHER),
    ORDERS(Resource.ORDER),
    TRANSFERS(Resource.OTHER),
    AUDIT(Resource.OTHER),
    GDAP_READ(Resource.GRAPH),
    GDAP_WRITE(Resource.GRAPH),
    OTHER(Resource.OTHER);

    final Resource resource;

    Endpoint(Resource resource) {
        this.resource = resource;
    }

    /** All but the sign-in. */
    public static Set<Endpoint> any() {
        return EnumSet.complementOf(EnumSet.of(LOGIN));
    }

    public static Set<Endpoint> reads() {
        return EnumSet.of(
                CUSTOMER_LIST,
                CUSTOMER_READ,
                SUBSCRIPTION_LIST,
                SUBSCRIPTION_READ,
                SUPPORT_CONTACT,
                ENTITLEMENTS,
                TRANSFERS,
                AUDIT,
                GDAP_READ);
    }

    public static Set<Endpoint> writes() {
        return EnumSet.of(CUSTOMER_WRITE, SUBSCRIPTION_WRITE, GDAP_WRITE);
    }

    static Endpoint of(Host host, boolean write, List<String> segments) {
        if (host == Host.LOGIN) {
            return LOGIN;
        }
        if (host == Host.GRAPH) {
            return write ? GDAP_WRITE : GDAP_READ;
        }
        String second = segments.size() > 1 ? segments.get(1) : "";
        if (second.equals("auditrecords")) {
            return AUDIT;
        }
        if (!second.equals("customers")) {
            return OTHER;
        }
        if (segments.size() == 2) {
            return CUSTOMER_LIST;
        }
        if (segments.size() == 3) {
            return segments.get(2).equals("relationshiprequests") ? OTHER : write ? CUSTOMER_WRITE : CUSTOMER_READ;
        }
        return switch (segments.get(3)) {
            case "subscriptions" -> ofSubscription(write, segments);
            case "entitlements", "artifacts" -> ENTITLEMENTS;
            case "orders", "carts" -> ORDERS;
            case "transfers" -> TRANSFERS;
            default -> OTHER;
        };
    }

    private static Endpoint ofSubscription(boolean write, List<String> segments) {
        if (segments.size() == 4) {
            return SUBSCRIPTION_LIST;
        }
        if (segments.size() > 5 && segments.get(5).equals("supportcontact")) {
            return SUPPORT_CONTACT;
        }
        return write ? SUBSCRIPTION_WRITE : SUBSCRIPTION_READ;
    }
}

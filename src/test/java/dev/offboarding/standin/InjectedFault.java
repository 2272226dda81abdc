package dev.offboarding.standin;

/** Ways in which a call can go wrong without being wrong. */
public enum InjectedFault {
    /** 500, 502, 503 or 504 in one of the shapes seen (fault, extended fault, HTML, empty); nothing was applied. */
    SERVER_ERROR_BEFORE(true),
    /** The same, but a write was applied before it. */
    SERVER_ERROR_AFTER(false),
    /** The connection closes without an answer; a write was applied. */
    ANSWER_LOST(false),
    /** The connection closes without an answer; nothing was applied. */
    CONNECTION_LOST(true),
    /** No answer for {@code taking}; nothing was applied. */
    HANG_BEFORE(true),
    /** No answer for {@code taking}; a write was applied at once. */
    HANG_AFTER(false),
    /** No answer ever; a write is applied only after {@code taking}, when the client has long given up. */
    LANDS_LATE(false),
    /**
     * The answer takes {@code taking} longer; goes together with any other fault. To be kept below the client's time-out:
     * whether somebody still listens cannot be seen, {@link #HANG_AFTER} is for that.
     */
    SLOW(false),
    /** 429 in the gateway's shape with {@code Retry-After} = {@code taking}, at least 1 s. */
    THROTTLED(true),
    /** 429 without {@code Retry-After}. */
    THROTTLED_UNTIMED(true),
    /** The access token dies early: 401 now and for every later call with it. */
    TOKEN_DIES(true),
    /** 403/2032 in the gateway's voice: a problem of roles, never a sign that a customer is gone. */
    FORBIDDEN(true),
    /** A business refusal with the status and code given by {@code answering}. */
    REFUSED(true),
    /** An error whose body is a page of HTML: status by {@code answering}, else 502. */
    HTML_ERROR(true),
    /** A box in between answers with the status and the page given, and passes nothing on. */
    BOX_BEFORE(true),
    /** The same, but it has passed the call on: a write was applied. */
    BOX_AFTER(false),
    /** 200 and no body; a write was applied. */
    EMPTY_BODY(false),
    /** 200 and half of the JSON; a write was applied. */
    TRUNCATED_JSON(false),
    /** The answer comes compressed, though nobody has asked for that; a write was applied. */
    COMPRESSED(false),
    /** The answer says that it is compressed, and is not; a write was applied. */
    MISLABELLED(false),
    /** A write answers 200 as if it had worked, and nothing changes. */
    NO_EFFECT(false),
    /** A read shows what was before the last change. */
    STALE_READ(false),
    /** A read shows the status {@code zzz} (subscriptions) or the relationship {@code zzz} (customers). */
    UNKNOWN_STATUS(false),
    /** Fields that nobody has documented, at every level. */
    UNKNOWN_FIELDS(false),
    /** {@code links.next} leaves out a page. */
    LIST_PAGE_MISSING(false),
    /** The list ends although there is more. */
    LIST_ENDS_EARLY(false),
    /** {@code links.next} leads back to the page it is on. */
    LIST_LOOP(false);

    /** Whether the call is cut off before it reaches the state. */
    final boolean before;

    InjectedFault(boolean before) {
        this.before = before;
    }
}

package dev.offboarding.standin;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** How a stand-in behaves. May be changed while it runs; everything has a default, and the defaults misbehave mildly. */
public final class StandInSettings {

    /** At most {@code requests} in any {@code period}; throttled requests count as well. */
    public record Quota(int requests, Duration period) {}

    /** Who the partner is; an indirect reseller may not remove a relationship. */
    public enum Account {
        DIRECT,
        INDIRECT_PROVIDER,
        INDIRECT_RESELLER
    }

    volatile long seed = 20260727;
    volatile Clock clock = Clock.systemUTC();
    volatile int apiPort;
    volatile int loginPort;
    volatile int graphPort;
    volatile String apiAudience = "https://api.partnercenter.microsoft.com";
    volatile String graphAudience = "https://graph.microsoft.com";
    volatile Account account = Account.DIRECT;
    volatile boolean sandbox;
    volatile boolean byteOrderMark = true;
    volatile boolean idsInAnyCase = true;
    volatile int customerPage = 500;
    volatile int subscriptionPage = Integer.MAX_VALUE;
    volatile int auditPage = 500;
    volatile int graphPage = 100;
    volatile Duration accessTokenLife = Duration.ofSeconds(3599);
    volatile Duration refreshTokenLife = Duration.ofDays(90);
    volatile boolean oldRefreshTokensWork = true;
    volatile boolean mfaEnforced = true;
    volatile Duration requestIdMemory = Duration.ofMinutes(10);
    volatile Duration throttleGrace = Duration.ofMillis(150);
    volatile double asyncShare;
    volatile boolean asyncShownAsPending;
    volatile boolean removedIs404;
    volatile int secondRemovalCode = 3000;
    volatile int removalRefusedStatus;
    volatile int removalRefusedCode = 600077;
    volatile boolean pendingBlocksRemoval = true;
    volatile boolean suspendedNewCommerceCanBeCancelled;
    volatile String cancelledIs = "expired";
    volatile Duration backfilledAfter = Duration.ofHours(20);
    volatile int staleEtagStatus = 400;
    volatile int staleEtagCode = 2055;
    private final Map<Lag, Duration> lags = new ConcurrentHashMap<>();
    private final Map<Resource, Quota> quotas = new ConcurrentHashMap<>(Map.of(
            Resource.CUSTOMER, new Quota(500, Duration.ofMinutes(1)),
            Resource.SUBSCRIPTION, new Quota(500, Duration.ofMinutes(1)),
            Resource.ORDER, new Quota(500, Duration.ofMinutes(1))));

    private StandInSettings() {}

    public static StandInSettings standard() {
        return new StandInSettings();
    }

    /** Everything that is left to chance depends on it. To be set before the start. */
    public StandInSettings seed(long it) {
        seed = it;
        return this;
    }

    /** Rules the life of tokens, quotas, lags, windows and terms; only waiting (slow, hung) is real time. */
    public StandInSettings clock(Clock it) {
        clock = it;
        return this;
    }

    /** Ports of the three hosts; 0, the default, takes a free one. To be set before the start. */
    public StandInSettings ports(int api, int login, int graph) {
        apiPort = api;
        loginPort = login;
        graphPort = graph;
        return this;
    }

    public StandInSettings audiences(String api, String graph) {
        apiAudience = api;
        graphAudience = graph;
        return this;
    }

    public StandInSettings account(Account it) {
        account = it;
        return this;
    }

    /** In the integration sandbox customers can be deleted; default: production. */
    public StandInSettings sandbox(boolean it) {
        sandbox = it;
        return this;
    }

    /** Whether successful bodies begin with U+FEFF; default: yes. */
    public StandInSettings byteOrderMark(boolean it) {
        byteOrderMark = it;
        return this;
    }

    /** Whether ids are sometimes written in upper case; default: yes. */
    public StandInSettings idsInAnyCase(boolean it) {
        idsInAnyCase = it;
        return this;
    }

    /** Rows on a page at most, whatever the client asks for; defaults 500, unlimited, 500, 100. */
    public StandInSettings pages(int customers, int subscriptions, int audit, int gdap) {
        customerPage = customers;
        subscriptionPage = subscriptions;
        auditPage = audit;
        graphPage = gdap;
        return this;
    }

    public StandInSettings accessTokenLife(Duration it) {
        accessTokenLife = it;
        return this;
    }

    /** How long a refresh token may lie idle; default 90 days. */
    public StandInSettings refreshTokenLife(Duration it) {
        refreshTokenLife = it;
        return this;
    }

    /** Whether a refresh token works on after it was exchanged; default: yes. */
    public StandInSettings oldRefreshTokensWork(boolean it) {
        oldRefreshTokensWork = it;
        return this;
    }

    /** Whether App+User tokens without MFA are refused with 401/900421; default: yes. */
    public StandInSettings mfaEnforced(boolean it) {
        mfaEnforced = it;
        return this;
    }

    /** How long a write's MS-RequestId brings back its first answer; zero: never. Default 10 minutes. */
    public StandInSettings requestIdMemory(Duration it) {
        requestIdMemory = it;
        return this;
    }

    /**
     * Real time after a 429 in which other requests that were on their way are no violation; default 150 ms. On a busy machine a thread may
     * stand still for longer between its last look and its call. The request that was answered so must not come again at all before its time.
     */
    public StandInSettings throttleGrace(Duration it) {
        throttleGrace = it;
        return this;
    }

    /** Share (0 to 1) of subscription updates that answer 202 and happen {@link Lag#ASYNC_UPDATE} later; default 0. */
    public StandInSettings asyncShare(double it) {
        asyncShare = it;
        return this;
    }

    /** Whether reads show {@code pending} from a 202 until it has happened; default: they show what was before. */
    public StandInSettings asyncShownAsPending(boolean it) {
        asyncShownAsPending = it;
        return this;
    }

    /** Whether a removed customer reads as 404/1000 instead of 403/20002; default: no. */
    public StandInSettings removedIs404(boolean it) {
        removedIs404 = it;
        return this;
    }

    /** 3000 (with 400, the default) or 20002 (with 403). */
    public StandInSettings secondRemovalCode(int it) {
        secondRemovalCode = it;
        return this;
    }

    /** The answer to a removal while something is active; Microsoft documents none. Status 0, the default: 400, 403 or 409. */
    public StandInSettings removalRefusedWith(int status, int code) {
        removalRefusedStatus = status;
        removalRefusedCode = code;
        return this;
    }

    /** Whether a pending subscription blocks a removal, which nobody knows; default: yes. */
    public StandInSettings pendingBlocksRemoval(boolean it) {
        pendingBlocksRemoval = it;
        return this;
    }

    /** The sources disagree; default: no, 400/800091. */
    public StandInSettings suspendedNewCommerceCanBeCancelled(boolean it) {
        suspendedNewCommerceCanBeCancelled = it;
        return this;
    }

    /** The status of a term that was cancelled at its end, which the sources do not say; default {@code expired}. */
    public StandInSettings cancelledIs(String it) {
        cancelledIs = it;
        return this;
    }

    /** How long after a write that only switched auto-renew off it is switched on again; default 20 hours. */
    public StandInSettings backfilledAfter(Duration it) {
        backfilledAfter = it;
        return this;
    }

    /** 400/2055 by default; 412 or 417/800036 are possible too. */
    public StandInSettings staleEtagAnswer(int status, int code) {
        staleEtagStatus = status;
        staleEtagCode = code;
        return this;
    }

    /** How long an effect stays invisible; default zero for all. */
    public StandInSettings lag(Lag lag, Duration it) {
        lags.put(lag, it);
        return this;
    }

    /** All lags at once. */
    public StandInSettings lags(Duration it) {
        for (Lag lag : Lag.values()) {
            lags.put(lag, it);
        }
        return this;
    }

    /** Default: 500 a minute on each of customer, subscription and order; none on the others. */
    public StandInSettings quota(Resource resource, int requests, Duration period) {
        quotas.put(resource, new Quota(requests, period));
        return this;
    }

    public StandInSettings noQuotas() {
        quotas.clear();
        return this;
    }

    Duration lag(Lag lag) {
        return lags.getOrDefault(lag, Duration.ZERO);
    }

    @Nullable
    Quota quota(Resource resource) {
        return quotas.get(resource);
    }
}

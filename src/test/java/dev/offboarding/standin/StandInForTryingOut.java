package dev.offboarding.standin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Partner Center on one's own desk: a small reseller with thirty customers, to try the program on. */
public final class StandInForTryingOut {

    /** No secrets: they open nothing but this. */
    public static final String CLIENT_SECRET = "only-for-trying-out";

    public static final String REFRESH_TOKEN = "0.only-for-trying-out";

    private final PartnerCenterStandIn standIn;
    private final List<CustomerBuilder> customers = new ArrayList<>();

    private StandInForTryingOut(PartnerCenterStandIn standIn) {
        this.standIn = standIn;
    }

    /** On these ports (0: a free one), with lags of a few seconds and a mild fault here and there. */
    public static StandInForTryingOut start(int apiPort, int loginPort, int graphPort) {
        StandInSettings settings = StandInSettings.standard()
                .ports(apiPort, loginPort, graphPort)
                .accessTokenLife(Duration.ofMinutes(5))
                .lag(Lag.SUBSCRIPTION_READ, Duration.ofSeconds(2))
                .lag(Lag.CUSTOMER_LIST, Duration.ofSeconds(8))
                .lag(Lag.CUSTOMER_READ, Duration.ofSeconds(4))
                .lag(Lag.SUBSCRIPTIONS_AFTER_REMOVAL, Duration.ofSeconds(3))
                .lag(Lag.SUPPORT_CONTACT, Duration.ofSeconds(3))
                .lag(Lag.GDAP_TERMINATION, Duration.ofSeconds(6));
        StandInForTryingOut it = new StandInForTryingOut(PartnerCenterStandIn.start(settings));
        it.standIn.signIn().clientSecret(CLIENT_SECRET);
        it.standIn.signIn().firstRefreshToken(REFRESH_TOKEN);
        it.sampleWorld();
        it.standIn
                .faults()
                .inject(InjectedFault.SERVER_ERROR_BEFORE)
                .on(Endpoint.reads())
                .withProbability(0.01);
        it.standIn
                .faults()
                .inject(InjectedFault.ANSWER_LOST)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .after(3)
                .once();
        return it;
    }

    public PartnerCenterStandIn standIn() {
        return standIn;
    }

    /** A list of the first twelve customers, one for each thing that can come up. */
    public String list() {
        StringBuilder csv = new StringBuilder("Microsoft ID,Company name,Primary domain name\n");
        for (CustomerBuilder it : customers.subList(0, 12)) {
            csv.append(it.id())
                    .append(',')
                    .append(it.companyName())
                    .append(',')
                    .append(it.domain())
                    .append('\n');
        }
        return csv.toString();
    }

    private void sampleWorld() {
        Instant now = Instant.now();
        customers.add(customer("Adatum")
                .licence("E3", "active")
                .licence("Visio", "active")
                .gdap("Support", "active"));
        customers.add(customer("Bellows").licence("E5", "active").addOn("Audio Conferencing", "active"));
        customers.add(customer("Contoso").usage("Azure", "active").licence("E3", "expired"));
        customers.add(customer("Fabrikam").licence("E3", "suspended").gdap("Support", "created"));
        customers.add(customer("Fourth Coffee").newCommerce("Teams", "active").licence("E1", "active"));
        customers.add(customer("Litware")
                .newCommerce("Business", "active", now.plus(Duration.ofDays(360)), now.plus(Duration.ofDays(5))));
        customers.add(customer("Northwind").azurePlan("Azure plan", "active", "active"));
        customers.add(customer("Proseware").azurePlan("Azure plan", "active", "deleted"));
        customers.add(customer("Tailspin").reservation("D2s v3", true));
        customers.add(customer("Trey").marketplace("Backup", "active", null));
        customers.add(customer("Wingtip").relationship("advisor"));
        customers.add(customer("Woodgrove").licence("E3", "pending"));
        customers.addAll(standIn.populate(18));
    }

    private CustomerBuilder customer(String name) {
        return standIn.customer(name);
    }

    /**
     * @param arguments ports of API, sign-in and Graph; then, if wanted, a file for the refresh token and one for a list
     */
    public static void main(String... arguments) throws IOException, InterruptedException {
        int[] ports = new int[3];
        for (int i = 0; i < 3 && i < arguments.length; i++) {
            ports[i] = Integer.parseInt(arguments[i]);
        }
        StandInForTryingOut it = start(ports[0], ports[1], ports[2]);
        if (arguments.length > 3) {
            Files.writeString(Path.of(arguments[3]), REFRESH_TOKEN);
        }
        if (arguments.length > 4) {
            Files.writeString(Path.of(arguments[4]), it.list());
        }
        System.out.println("api-url:   " + it.standIn.apiUrl());
        System.out.println("login-url: " + it.standIn.loginUrl());
        System.out.println("graph-url: " + it.standIn.graphUrl());
        System.out.println("tenant-id: " + it.standIn.signIn().tenantId());
        System.out.println("client-id: " + it.standIn.signIn().clientId());
        Thread.currentThread().join();
    }
}

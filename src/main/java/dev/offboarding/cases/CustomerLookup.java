package dev.offboarding.cases;

import dev.offboarding.kit.Guid;
import dev.offboarding.lists.CanonicalValue;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * Finds a customer by what people call it: its id, its domain, its company name, or a ticket. Looks through the rows that a job accepted
 * and through all cases on a platform, open and closed. Nothing is found by a part of its name: what follows may be hard to undo.
 */
public final class CustomerLookup {

    /**
     * Names and domains are compared as those of a list are with the platform's, which the server cannot: so all of them are read. Each
     * is read once, however many cases its customer had.
     */
    private static final String NAMES = """
            select customer_id, company_name, domain, ticket from offboarding.offboarding_case where platform = ?
            union
            select customer_id, company_name, domain, ticket from offboarding.accepted_row where platform = ? and job = ?
            """;

    private static final String KNOWN = """
            select exists (select from offboarding.offboarding_case where customer_id = ? and platform = ?)
                or exists (select from offboarding.accepted_row where customer_id = ? and platform = ? and job = ?)
            """;

    private static final String LAST_ROW = """
            select company_name, domain from offboarding.accepted_row
             where customer_id = ? and platform = ? and job = ? order by accepted_at desc limit 1
            """;

    /**
     * A customer that fits.
     *
     * @param companyName as it was last listed
     * @param domain as it was last listed
     * @param standing where it stands, in a few words
     */
    public record Found(
            UUID customerId,
            @Nullable String companyName,
            @Nullable String domain,
            String standing) {}

    private final JdbcTemplate jdbc;
    private final String platform;
    private final String job;

    /**
     * @param platform {@code ledger} or {@code partner-center}
     * @param job whose accepted rows are looked through
     */
    public CustomerLookup(JdbcTemplate jdbc, String platform, String job) {
        this.jdbc = jdbc;
        this.platform = platform;
        this.job = job;
    }

    /** All who fit, in the order of their ids. Whoever has this id is the one that is meant, whatever else is called so. */
    public List<UUID> find(String typed) {
        UUID id = Guid.of(typed.strip());
        return id != null && known(id) ? List.of(id) : byName(typed);
    }

    /** What is known of one, for somebody who has to choose. */
    public Found describe(UUID customerId) {
        List<KnownCase> cases = new KnownCases(jdbc).of(platform, customerId);
        if (!cases.isEmpty()) {
            KnownCase last = cases.get(cases.size() - 1);
            return new Found(
                    customerId, last.listing().companyName(), last.listing().domain(), last.standing());
        }
        return jdbc
                .query(
                        LAST_ROW,
                        (row, i) -> new Found(customerId, row.getString(1), row.getString(2), "listed, without a case"),
                        customerId,
                        platform,
                        job)
                .stream()
                .findFirst()
                .orElseGet(() -> new Found(customerId, null, null, "without a case"));
    }

    private boolean known(UUID id) {
        return Boolean.TRUE.equals(jdbc.queryForObject(KNOWN, Boolean.class, id, platform, id, platform, job));
    }

    private List<UUID> byName(String typed) {
        String domain = CanonicalValue.domain(typed);
        String name = CanonicalValue.companyName(typed);
        if (domain.isEmpty() || name.isEmpty()) {
            return List.of();
        }
        TreeMap<String, UUID> found = new TreeMap<>();
        jdbc.query(
                NAMES,
                (RowCallbackHandler) row -> {
                    String listedDomain = row.getString("domain");
                    if (listedDomain != null
                                    && CanonicalValue.domain(listedDomain).equals(domain)
                            || isCalled(name, row.getString("company_name"))
                            || isCalled(name, row.getString("ticket"))) {
                        UUID id = row.getObject("customer_id", UUID.class);
                        found.put(id.toString(), id);
                    }
                },
                platform,
                platform,
                job);
        return List.copyOf(found.values());
    }

    private static boolean isCalled(String canonical, @Nullable String listed) {
        return listed != null && CanonicalValue.companyName(listed).equals(canonical);
    }
}

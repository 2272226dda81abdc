package dev.offboarding.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.database.TestDatabase;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Who is meant by what somebody wrote. */
class CustomerLookupTest {

    private final TestDatabase database = TestDatabase.create();
    private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
    private final CustomerLookup lookup = new CustomerLookup(jdbc, "ledger", "nightly");

    @AfterEach
    void drop() {
        database.close();
    }

    private static UUID id(int n) {
        return UUID.fromString("b0000000-0000-4000-8000-%012d".formatted(n));
    }

    private void aCase(
            int n, String platform, @Nullable String name, @Nullable String domain, @Nullable String ticket) {
        jdbc.update("""
                insert into offboarding.offboarding_case
                  (platform, platform_identity, job, customer_id, state, source, line, company_name, domain, ticket, others, contents,
                   opened_at, opened_run, closed_at, closed_run, closed_as)
                values (?, 'here', 'another', ?, 'OFFBOARDED', 'a.csv', 2, ?, ?, ?, '{}', '', now(), 'r', now(), 'r', 'OFFBOARDED')
                """, platform, id(n), name, domain, ticket);
    }

    private void accepted(int n, String job, @Nullable String name, @Nullable String domain, @Nullable String ticket) {
        jdbc.update("""
                insert into offboarding.accepted_row
                  (platform, platform_identity, job, customer_id, columns, company_name, domain, ticket, state, accepted_at, accepted_run)
                values ('ledger', 'here', ?, ?, '{}', ?, ?, ?, 'FILE', now(), 'r')
                """, job, id(n), name, domain, ticket);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "b0000000-0000-4000-8000-000000000001",
                " {B0000000-0000-4000-8000-000000000001} ",
                "b0000000000040008000000000000001",
                "bücher & söhne gmbh",
                " Bu\u0308cher\u00a0&  Söhne GmbH",
                "bücher.example",
                "https://www.XN--BCHER-KVA.example/shop?x",
                "Bücher。example.",
                "inc 4711"
            })
    void aCustomerIsFoundByWhatItIsCalled(String typed) {
        aCase(1, "ledger", "Bücher & Söhne GmbH", "bücher.example", "INC 4711");
        aCase(2, "ledger", "Bücher", "buecher.example", "INC 47");

        assertThat(lookup.find(typed)).containsExactly(id(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "\u200b",
                "%",
                "_",
                "Buecher",
                "Bücher",
                "b0000000-0000-4000-8000-000000000009",
                "' or true --",
                "strasse.example"
            })
    void nobodyIsFoundByAPartOfANameOrByAnother(String typed) {
        aCase(1, "ledger", "Bücher & Söhne GmbH", "straße.example", "INC 4711");

        assertThat(lookup.find(typed)).isEmpty();
    }

    @Test
    void whatAJobAcceptedCountsAndOneCustomerIsOneHoweverManyCasesItHad() {
        aCase(1, "ledger", "Contoso", "contoso.example", "A");
        aCase(1, "ledger", "Contoso Ltd", "contoso.example", "B");
        accepted(1, "nightly", "Contoso AG", "contoso.example", "C");
        accepted(2, "nightly", "Fabrikam", null, "C");
        accepted(3, "another", "Fabrikam", null, "C");
        aCase(4, "partner-center", "Fabrikam", "contoso.example", "C");

        assertThat(lookup.find("contoso.example")).containsExactly(id(1));
        assertThat(lookup.find("contoso")).containsExactly(id(1));
        assertThat(lookup.find("contoso ag")).containsExactly(id(1));
        assertThat(lookup.find("fabrikam")).containsExactly(id(2));
        assertThat(lookup.find("c")).containsExactly(id(1), id(2));
        assertThat(lookup.find(id(2).toString())).containsExactly(id(2));
        assertThat(lookup.find(id(3).toString())).isEmpty();
        assertThat(lookup.find(id(4).toString())).isEmpty();
        assertThat(lookup.describe(id(1)))
                .isEqualTo(new CustomerLookup.Found(id(1), "Contoso Ltd", "contoso.example", "closed as OFFBOARDED"));
        assertThat(lookup.describe(id(2)))
                .isEqualTo(new CustomerLookup.Found(id(2), "Fabrikam", null, "listed, without a case"));
    }

    /** Whoever writes an id means the customer who has it, also where somebody has it for a ticket. */
    @Test
    void anIdIsAnIdBeforeItIsATicket() {
        aCase(1, "ledger", "Contoso", null, id(2).toString());
        assertThat(lookup.find(id(2).toString())).containsExactly(id(1));

        aCase(2, "ledger", "Fabrikam", null, null);
        assertThat(lookup.find(id(2).toString())).containsExactly(id(2));
    }
}

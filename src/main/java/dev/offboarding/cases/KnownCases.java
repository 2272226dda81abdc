package dev.offboarding.cases;

import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;

/** All cases that there have been, for those who report them. */
public final class KnownCases {

    private final JdbcTemplate jdbc;

    public KnownCases(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Those of a customer on a platform, whichever of its identities, in the order in which they were opened. */
    public List<KnownCase> of(String platform, UUID customerId) {
        return jdbc.query(
                "select c.*, elsewhere.message as elsewhere_message from offboarding.offboarding_case c\n"
                        + OtherPlatform.ELSEWHERE + " where c.platform = ? and c.customer_id = ? order by c.case_id",
                (row, n) -> KnownCase.read(row),
                platform,
                customerId);
    }

    public boolean any() {
        return Boolean.TRUE.equals(
                jdbc.queryForObject("select exists (select from offboarding.offboarding_case)", Boolean.class));
    }
}

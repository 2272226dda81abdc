package dev.offboarding.platform.partnercenter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.platform.Transfer;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class TransfersTest {

    /** The first and the last day that there is say nothing; and none is so late that PostgreSQL has no such day. */
    @ParameterizedTest
    @CsvSource({
        "2026-07-01T00:00:00Z, 2026-07-20T10:00:00Z, 2026-07-20",
        "2026-07-01T00:00:00Z, , 2026-07-31",
        "2026-07-01T00:00:00Z, 0001-01-01T00:00:00Z, 2026-07-31",
        "2026-07-01T00:00:00Z, 9999-12-31T00:00:00Z, ",
        "0001-01-01T00:00:00Z, , ",
        "9999-12-31T00:00:00Z, , ",
        ", , "
    })
    void aTransferLapsesOnTheDayThatItSays(
            @Nullable String created, @Nullable String expires, @Nullable LocalDate lapses) {
        ObjectNode transfer = PartnerCenterJson.newObject()
                .put("id", "t")
                .put("status", "Pending")
                .put("targetPartnerTenantId", "another")
                .put("createdTime", created)
                .put("expirationTime", expires);

        List<Transfer> pending = Transfers.pending(List.of(transfer), "ours");

        assertThat(pending).singleElement().extracting(Transfer::lapsesOn).isEqualTo(lapses);
    }
}

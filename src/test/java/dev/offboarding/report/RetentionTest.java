package dev.offboarding.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {

    private static final UUID OPEN = UUID.fromString("b0000000-0000-4000-8000-000000000003");

    @TempDir
    Path folder;

    /** However long its lines are: it is read in pieces, and an id may lie across the edge of two. */
    @Test
    void aCustomerIsFoundWhereverItIsInTheFile() throws IOException {
        for (int before = Retention.WINDOW - 40; before <= Retention.WINDOW + 40; before++) {
            Files.writeString(folder.resolve("customers.csv"), "x".repeat(before) + OPEN + "x".repeat(before));

            assertThat(Retention.shows(folder, Set.of(OPEN)))
                    .as("after %d", before)
                    .isTrue();
        }
        assertThat(Retention.shows(folder, Set.of(UUID.randomUUID()))).isFalse();
    }
}

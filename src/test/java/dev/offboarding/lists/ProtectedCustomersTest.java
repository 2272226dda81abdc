package dev.offboarding.lists;

import static dev.offboarding.lists.Nights.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtectedCustomersTest {
    private static final UUID ONE = id(1);

    @TempDir
    Path folder;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("protected-customers.csv"), bytes);
    }

    private Path file(String text) throws IOException {
        return file(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Set<UUID> read(Path file) {
        return ProtectedCustomers.read(file, null);
    }

    /** A list's dates were those of the job's lists; a protected list's were not, and the run did not begin. */
    @Test
    void datesAreThoseOfTheJobsLists() throws IOException {
        String list = "customer_id,effective_date\n%s,%s\n";
        for (String date : List.of("31/12/2026", "2026-12-31")) {
            assertThat(ProtectedCustomers.read(file(list.formatted(ONE, date)), "dd/MM/yyyy"))
                    .containsExactly(ONE);
        }
        assertThatThrownBy(() -> ProtectedCustomers.read(file(list.formatted(ONE, "12/31/2026")), "dd/MM/yyyy"))
                .hasMessageContaining("effective_date");
    }

    @Test
    void onlyTheIdIsRequired() throws IOException {
        assertThat(read(file("\uFEFF\"Microsoft ID\"\r\n" + ONE + "\r\n\r\n" + id(2) + "\r\n")))
                .containsExactlyInAnyOrder(ONE, id(2));
    }

    @Test
    void otherColumnsAndRepetitionsAreFine() throws IOException {
        assertThat(read(file("sep=;\nwhy;customer_id;domain\nvip;" + ONE + ";\n;"
                        + ONE.toString().toUpperCase(java.util.Locale.ROOT) + ";x\n")))
                .containsExactly(ONE);
    }

    @Test
    void partnerCentersExportProtects() throws IOException {
        assertThat(read(file("Microsoft ID,Company name,Primary domain name\n" + ONE + ",Acme,acme.example\n")))
                .containsExactly(ONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "customer_id\n",
                "customer\n%s\n",
                "%s\n",
                "customer_id,tenant_id\n%1$s,%1$s\n",
                "customer_id\n%s\nx\n",
                "customer_id,why\n%s,vip\n,forgotten\n",
                "customer_id\n%s?\n",
                "customer_id\n{%s\n",
                "customer_id,why\n%s,",
                "customer_id\n%s,vip\n",
                "customer_id;why\n%s,vip\n",
                "customer_id,why\n%s,\"vip\n",
                "customer_id,why\n%s,\"vip\" x\n",
                "customer_id\n%s\0\n",
                "customer_id\n00000000-0000-0000-0000-000000000000\n"
            })
    void aMistypedProtectionIsNoProtection(String text) throws IOException {
        Path file = file(text.formatted(ONE));

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(ListUnavailableException.class)
                .hasMessageStartingWith("protected-customers: " + file);
    }

    @Test
    void theBadRowIsNamed() throws IOException {
        Path file = file("customer_id\n" + ONE + "\nx\n");

        assertThatThrownBy(() -> read(file)).hasMessageContaining("line 3, column 'customer_id': 'x' is not a GUID");
    }

    @Test
    void aWrongEncodingIsNotGuessed() throws IOException {
        Path file = file(("customer_id,why\n" + ONE + ",M\u00FCller\n").getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(ListUnavailableException.class)
                .hasMessageContaining("line 2");
    }

    @Test
    void aMissingFileOrAFolderProtectsNobodyAndIsSaid() {
        assertThatThrownBy(() -> read(folder.resolve("nowhere.csv")))
                .isInstanceOf(ListUnavailableException.class)
                .hasMessageContaining("nowhere.csv");
        assertThatThrownBy(() -> read(folder)).isInstanceOf(ListUnavailableException.class);
    }
}

package dev.offboarding.lists;

import static dev.offboarding.lists.Nights.id;
import static dev.offboarding.lists.Nights.list;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InboxTest {
    @TempDir
    Path folder;

    private Nights nights;

    @BeforeEach
    void anInbox() {
        nights = new Nights(folder);
    }

    private List<String> names(Reception reception) {
        return reception.files().stream().map(Reception.File::name).toList();
    }

    @Test
    void onlyFinishedTextsAndWorkbooksAreLists() throws IOException {
        for (String name : List.of(
                ".a.csv",
                "b.csv.tmp",
                "c.csv.part",
                "d.txt",
                "e.xls",
                "F.CSV",
                "g.csv",
                ".csv",
                "H.Xlsx",
                ".i.xlsx",
                "j.xlsx.part")) {
            nights.drop(name, list(1, 1) + "#" + name + ",x,y\n");
        }
        Files.createDirectories(nights.inbox.resolve("archive"));
        Files.writeString(nights.inbox.resolve("archive/z.csv"), list(2, 2));

        assertThat(names(nights.receive())).containsExactly("F.CSV", "H.Xlsx", "g.csv");
    }

    @Test
    void aFileThatGrowsWithinTheSecondIsLeftForTheNextRun() {
        nights.drop("a.csv", list(1, 1));
        nights.drop("b.csv", list(2, 2));
        nights.duringTheSecond = () -> nights.drop("a.csv", list(1, 3));

        Reception reception = nights.night();

        assertThat(reception.files())
                .extracting(Reception.File::status)
                .containsExactly(FileStatus.LEFT, FileStatus.TAKEN);
        assertThat(reception.files().get(0).reason()).contains("still being written");
        assertThat(nights.files()).containsExactly("a.csv", "archive/b.csv");

        nights.duringTheSecond = () -> {};
        assertThat(nights.night().accepted()).isEqualTo(3);
    }

    @Test
    void aFileWhoseTimeChangesWithinTheSecondIsLeftToo() {
        Path file = nights.drop("a.csv", list(1, 1));
        nights.duringTheSecond = () -> touch(file);

        assertThat(nights.receive().files())
                .singleElement()
                .satisfies(left -> assertThat(left.status()).isEqualTo(FileStatus.LEFT));
    }

    private static void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void allFilesShareOneSecondAndAnEmptyInboxNeedsNone() {
        AtomicInteger seconds = new AtomicInteger();
        nights.duringTheSecond = seconds::incrementAndGet;

        assertThat(nights.receive()).isEqualTo(new Reception(0, 0, 0, 0, List.of(), List.of()));
        assertThat(seconds).hasValue(0);

        nights.drop("a.csv", list(1, 1));
        nights.drop("b.csv", list(2, 2));
        nights.receive();
        assertThat(seconds).hasValue(1);
    }

    @Test
    void aFileThatIsTakenAwayWithinTheSecondIsNotThere() {
        Path file = nights.drop("a.csv", list(1, 1));
        nights.duringTheSecond = () -> {
            try {
                Files.delete(file);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        };

        assertThat(nights.receive().files()).isEmpty();
    }

    @Test
    void foldersAndLinksAreNamedAndNotTouched() throws IOException {
        Path elsewhere = Files.writeString(folder.resolve("elsewhere.csv"), list(1, 1));
        Files.createSymbolicLink(nights.inbox.resolve("a.csv"), elsewhere);
        Files.createSymbolicLink(nights.inbox.resolve("b.csv"), folder.resolve("nowhere"));
        Files.createDirectories(nights.inbox.resolve("c.csv"));

        Reception reception = nights.night();

        assertThat(reception.files()).isEmpty();
        assertThat(reception.noLists()).extracting(NonListFile::name).containsExactly("a.csv", "b.csv", "c.csv");
        assertThat(reception.noLists())
                .extracting(NonListFile::remedy)
                .satisfiesExactly(
                        link -> assertThat(link).contains("it is a link"),
                        link -> assertThat(link).contains("it is a link"),
                        it -> assertThat(it).contains("it is a folder"));
        assertThat(nights.inbox.resolve("a.csv")).isSymbolicLink();
        assertThat(nights.inbox.resolve("c.csv")).isDirectory();
        assertThat(elsewhere).hasContent(list(1, 1));
        assertThat(nights.night().noLists()).isEqualTo(reception.noLists());
    }

    @Test
    void whatIsNoListIsNamedAndWhatIsStillWrittenOrOursIsNot() throws IOException {
        for (String name :
                List.of("list.xlsm", "list.csv.txt", "LIST.XLS", ".hidden", "b.csv.tmp", "c.part", "d.csv")) {
            nights.drop(name, list(1, 1));
        }
        nights.night();
        assertThat(nights.inbox.resolve("archive/d.csv")).exists();
        Files.createDirectories(nights.inbox.resolve("refused"));

        List<NonListFile> named = nights.receive().noLists();

        assertThat(named).extracting(NonListFile::name).containsExactly("LIST.XLS", "list.csv.txt", "list.xlsm");
        assertThat(named.get(0).remedy()).contains("it is a workbook", "Save as");
        assertThat(named.get(1).remedy()).contains("name ends in .csv");
        nights.drop("list.xlsm", list(1, 3));
        assertThat(nights.receive().noLists().get(2).mark())
                .as("another file of that name")
                .isNotEqualTo(named.get(2).mark());
    }

    @Test
    void aMissingInboxIsSaid() {
        nights.settings = new ListSettings(new ListSettings.Csv(folder.resolve("nowhere"), null), null, null);

        assertThatThrownBy(nights::receive)
                .isInstanceOf(ListUnavailableException.class)
                .hasMessageContaining("list.csv.inbox")
                .hasMessageContaining("nowhere");
    }

    @Test
    void contentsThatWereTakenBeforeAreRefusedUnderAnyName() {
        nights.drop("a.csv", list(1, 2));
        nights.night();
        String first = nights.runId;
        nights.drop("other name.csv", list(1, 2));

        Reception reception = nights.night();

        assertThat(reception.files()).singleElement().satisfies(file -> {
            assertThat(file.status()).isEqualTo(FileStatus.REFUSED);
            // 23:30 in UTC is the next day where the job is
            assertThat(file.reason())
                    .contains("2026-03-29")
                    .contains(first)
                    .contains("'a.csv'")
                    .contains("another ticket, reason or effective_date, or fill a column \"again\" with today's date");
        });
        assertThat(reception.rejected()).isEqualTo(2);
        assertThat(nights.accepted()).isEmpty();
        assertThat(nights.files())
                .containsExactly("archive/a.csv", "refused/other name.csv", "refused/other name.csv.reason.txt");
    }

    @Test
    void aChangedTicketListsTheCustomersAgainOnPurpose() {
        String header = "customer_id,domain,ticket\n";
        nights.drop("a.csv", header + id(1) + ",a.example,T-1\n");
        nights.night();
        nights.drop("a.csv", header + id(1) + ",a.example,T-2\n");

        assertThat(nights.night().accepted()).isEqualTo(1);
        assertThat(nights.files()).containsExactlyInAnyOrder("archive/a." + nights.runId + ".csv", "archive/a.csv");
    }

    @Test
    void anotherJobMayTakeTheSameContents() {
        nights.drop("a.csv", list(1, 1));
        nights.night();
        Nights others = new Nights(folder.resolve("others"));
        others.drop("a.csv", list(1, 1));

        assertThat(others.night().accepted()).isEqualTo(1);
    }

    @Test
    void ofTwoIdenticalFilesInOneNightTheSecondIsRefused() {
        nights.drop("a.csv", list(1, 2));
        nights.drop("b.csv", list(1, 2));

        Reception reception = nights.night();

        assertThat(reception.files())
                .extracting(Reception.File::status)
                .containsExactly(FileStatus.TAKEN, FileStatus.REFUSED);
        assertThat(reception.files().get(1).reason()).contains("'a.csv'").contains(nights.runId);
        assertThat(reception.accepted()).isEqualTo(2);
        assertThat(reception.rejected()).isEqualTo(2);
    }

    @Test
    void whatWasRefusedMayBeTriedAgainUnchanged() {
        nights.drop("a.csv", "customer_id,domain\n");
        nights.night();
        nights.drop("a.csv", "customer_id,domain\n");

        assertThat(nights.night().files().get(0).reason()).contains("no row under the headings");
        assertThat(nights.files()).hasSize(4);
    }

    @Test
    void aPlanSeesTheSameAndChangesNothing() {
        nights.drop("a.csv", list(1, 2));
        nights.drop("b.csv", "customer_id,domain\n");

        Reception plan = nights.plan();
        Reception again = nights.plan();
        Reception run = nights.receive();

        assertThat(again).isEqualTo(plan);
        assertThat(run).isEqualTo(plan);
        assertThat(nights.files()).containsExactly("a.csv", "b.csv");
    }

    @Test
    void aFileThatIsReadInPlaceIsNeverMovedAndIsReadEveryNight() throws IOException {
        Path file = Files.writeString(folder.resolve("list.csv"), list(1, 2));
        nights.settings = new ListSettings(new ListSettings.Csv(null, file), null, null);

        assertThat(nights.night().accepted()).isEqualTo(2);
        assertThat(nights.night().files()).singleElement().satisfies(same -> {
            assertThat(same.status()).isEqualTo(FileStatus.TAKEN);
            assertThat(same.read()).isEqualTo(2);
        });

        Files.writeString(file, list(1, 3));
        assertThat(nights.night().accepted()).isEqualTo(3);
        assertThat(nights.night().accepted()).isEqualTo(3);

        Files.writeString(file, list(1, 2));
        assertThat(nights.night().accepted()).isEqualTo(2);
        assertThat(file).hasContent(list(1, 2));
        assertThat(nights.files()).isEmpty();
    }

    @Test
    void aFileThatIsReadInPlaceAndRefusedIsRefusedEveryNight() throws IOException {
        Path file = Files.writeString(folder.resolve("list.csv"), "customer_id,domain\n");
        nights.settings = new ListSettings(new ListSettings.Csv(null, file), null, null);

        assertThat(nights.night().files().get(0).status()).isEqualTo(FileStatus.REFUSED);
        assertThat(nights.night().files().get(0).status()).isEqualTo(FileStatus.REFUSED);
        assertThat(file).exists();
    }

    @Test
    void aMissingFileIsSaid() {
        nights.settings = new ListSettings(new ListSettings.Csv(null, folder.resolve("list.csv")), null, null);

        assertThatThrownBy(nights::receive)
                .isInstanceOf(ListUnavailableException.class)
                .hasMessageContaining("list.csv.file")
                .hasMessageContaining(folder.resolve("list.csv").toString());
    }

    @Test
    void aListFromNowhereIsSaid() {
        nights.settings = new ListSettings(null, null, null);

        assertThatThrownBy(nights::receive).isInstanceOf(ListUnavailableException.class);
    }
}

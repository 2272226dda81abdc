package dev.offboarding.lists;

import static dev.offboarding.lists.Nights.id;
import static dev.offboarding.lists.Nights.list;
import static dev.offboarding.lists.Nights.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class FileMovesTest {
    @TempDir
    Path folder;

    private Nights nights;

    @BeforeEach
    void anInbox() {
        nights = new Nights(folder);
    }

    @Test
    void takenFilesGoToTheArchiveAndRefusedOnesAsideWithTheReason() {
        nights.drop("a.csv", list(1, 1));
        nights.drop("b.csv", "customer_id,domain\n");

        Reception reception = nights.night();

        assertThat(nights.files()).containsExactly("archive/a.csv", "refused/b.csv", "refused/b.csv.reason.txt");
        assertThat(nights.text("archive/a.csv")).isEqualTo(list(1, 1));
        assertThat(nights.text("refused/b.csv.reason.txt").strip())
                .isEqualTo(reception.files().get(1).reason());
    }

    @Test
    void aNameThatExistsAlreadyIsNeverOverwritten() throws IOException {
        nights.drop("a.csv", list(1, 1) + "x,y,z\n");
        nights.night();
        nights.drop("a.csv", list(2, 2) + "x,y,z\n");
        nights.night();
        String run = nights.runId;

        assertThat(nights.files())
                .containsExactlyInAnyOrder(
                        "archive/a.csv",
                        "archive/a.csv.rejects.csv",
                        "archive/a." + run + ".csv",
                        "archive/a." + run + ".csv.rejects.csv");
        assertThat(nights.text("archive/a.csv")).contains(id(1).toString());
        assertThat(nights.text("archive/a." + run + ".csv")).contains(id(2).toString());
    }

    @Test
    void rejectsLieBesideTheArchivedFileWithTheOriginalColumnsFirst() {
        nights.drop(
                "a.csv",
                "Note,Tenant ID,Domain\nn,x,a.example\nm," + id(1) + ",a.example\n\"1, 2\",y,b.example,extra\n");

        nights.night();

        assertThat(nights.text("archive/a.csv.rejects.csv").split("\r\n"))
                .hasSize(3)
                .satisfies(lines -> {
                    assertThat(lines[0])
                            .isEqualTo(
                                    "\uFEFFNote,Tenant ID,Domain,,reject_line,reject_column,reject_problem,reject_remedy,reject_apostrophes");
                    assertThat(lines[1]).startsWith("n,x,a.example,,2,Tenant ID,\"'x' is not a GUID\",");
                    assertThat(lines[2]).startsWith("\"'1, 2\",y,b.example,extra,4,,");
                });
    }

    /** Excel in half of Europe opens only that in columns. */
    @Test
    void rejectsAreKeptApartAsInTheFileTheyCameFrom() {
        nights.drop("a.csv", "sep=;\r\ncustomer_id;domain;Note\r\nx;a.example;one, two\r\n");
        nights.drop("b.csv", "customer_id\tdomain\ny\tb.example\n");
        nights.drop("c.csv", "sep=~\ncustomer_id~domain~Note\nz~c.example~\"=1~2\"\n");

        nights.night();

        String semicolons = nights.text("archive/a.csv.rejects.csv");
        assertThat(semicolons)
                .startsWith("\uFEFFsep=;\r\ncustomer_id;domain;Note;reject_line;")
                .contains("\r\nx;a.example;\"one, two\";3;customer_id;");
        assertThat(nights.text("archive/b.csv.rejects.csv"))
                .startsWith("\uFEFFcustomer_id\tdomain\treject_line\t")
                .contains("\r\ny\tb.example\t2\t");
        assertThat(nights.text("archive/c.csv.rejects.csv"))
                .startsWith("\uFEFFsep=~\r\ncustomer_id~domain~Note~reject_line~")
                .contains("\r\nz~c.example~\"'=1~2\"~3~");
        nights.drop("back.csv", semicolons.replace("\r\nx;", "\r\n" + id(1) + ";"));
        assertThat(nights.night().accepted()).isEqualTo(1);
    }

    @Test
    void mendedRejectsMayBeDroppedBack() {
        nights.drop("a.csv", "customer_id,domain,Note\nx,a.example,n\n");
        nights.night();
        String rejects = nights.text("archive/a.csv.rejects.csv");

        nights.drop("back.csv", rejects);
        assertThat(nights.night().rejected()).isEqualTo(1);
        assertThat(nights.text("archive/back.csv.rejects.csv")).isEqualTo(rejects);

        nights.drop("mended.csv", rejects.replace("\r\nx,", "\r\n" + id(1) + ","));
        assertThat(nights.night().accepted()).isEqualTo(1);
        assertThat(nights.jdbc.queryForObject(
                        "select others::text from offboarding.entry where run_id = ?", String.class, nights.runId))
                .isEqualTo("{\"Note\":\"n\"}");
    }

    @Test
    void aRowWithOneCellTooManyIsNotTakenForAGoodOneWhenItComesBackUnchanged() {
        nights.drop("a.csv", "customer_id,company_name,domain\n" + id(1) + ",Acme, Inc,acme.example\n" + row(2));
        nights.night();

        nights.drop("back.csv", nights.text("archive/a.csv.rejects.csv"));
        Reception reception = nights.night();

        assertThat(reception.accepted()).isZero();
        assertThat(reception.rejected()).isEqualTo(1);
    }

    @Test
    void aGuardThatWeHavePutIsTakenOffAgainAndOneThatSomebodyWroteStays() {
        nights.drop("a.csv", "customer_id,domain,=Note,Other\nx,a.example,=1+1,'=2+2\ny,-b.example,+3,＠4\n");
        nights.night();
        String rejects = nights.text("archive/a.csv.rejects.csv");
        assertThat(rejects)
                .contains(",\"'=1+1\",\"''=2+2\",")
                .contains(",\"'-b.example\",\"'+3\",\"'＠4\",")
                .contains("\"'=Note\"");

        nights.drop(
                "mended.csv", rejects.replace("\r\nx,", "\r\n" + id(1) + ",").replace("\r\ny,", "\r\n" + id(2) + ","));
        Reception reception = nights.night();

        assertThat(reception.accepted()).isEqualTo(2);
        assertThat(nights.jdbc.queryForList(
                        "select domain, others->>'=Note' as note, others->>'Other' as other from offboarding.entry where run_id = ? order by line",
                        nights.runId))
                .containsExactly(
                        Map.of("domain", "a.example", "note", "=1+1", "other", "'=2+2"),
                        Map.of("domain", "-b.example", "note", "+3", "other", "＠4"));
    }

    @Test
    void theReportsOwnCustomersKeptTheirFormulaGuards() { // incident 52
        nights.drop("a.csv", "customer_id,company_name,domain,note\n" + id(1) + ",-Minus GmbH,f1.example,=1+1\n");
        nights.night();
        // whatever was cut out of the report
        nights.drop("b.csv", "customer_id,company_name,note\n" + id(1) + ",'-Minus GmbH,'=1+1\n");
        nights.night();
        assertThat(names(nights)).containsExactly("-Minus GmbH =1+1");

        // and all of it, where nobody remembers
        Nights others = new Nights(folder.resolve("others"));
        others.drop(
                "customers.csv",
                "customer_id,company_name,domain,source,line,outcome,state,hold_reason,hold_until,message,note,'=x\n"
                        + id(1) + ",'-Minus GmbH,f1.example,a.csv,2,HELD,MARKED,NOT_DUE,2031-01-31,,'=1+1,''=1\n");
        others.night();
        assertThat(names(others)).containsExactly("-Minus GmbH =1+1");
        assertThat(others.jdbc.queryForObject(
                        "select others->>'=x' from offboarding.entry where run_id = ?", String.class, others.runId))
                .isEqualTo("'=1");
    }

    private static List<String> names(Nights nights) {
        return nights.jdbc.queryForList(
                "select company_name || ' ' || (others->>'note') from offboarding.entry where run_id = ? and status = 'ACCEPTED'",
                String.class,
                nights.runId);
    }

    @Test
    void aGuardIsTakenOffForTheJobThatPutItOnly() {
        nights.drop("a.csv", "customer_id,domain,note\nx,a.example,=1+1\n");
        nights.night();
        Nights others = new Nights(folder.resolve("others"));
        others.drop("a.csv", "customer_id,domain,note\n" + id(1) + ",a.example,'=1+1\n");
        others.night();

        assertThat(others.jdbc.queryForObject(
                        "select others->>'note' from offboarding.entry where run_id = ?", String.class, others.runId))
                .isEqualTo("'=1+1");
    }

    @Test
    void aCrashBetweenTheMarkAndTheMovesIsFinishedSilently() {
        nights.drop("a.csv", list(1, 2) + "x,y,z\n");
        nights.drop("b.csv", "customer_id,domain\n");
        nights.receive();
        nights.reception.markTaken(nights.runId);
        // here the program dies

        Reception next = nights.night();

        assertThat(next.files()).isEmpty();
        assertThat(nights.files())
                .containsExactly(
                        "archive/a.csv", "archive/a.csv.rejects.csv", "refused/b.csv", "refused/b.csv.reason.txt");
    }

    @Test
    void aPlanAfterSuchACrashDoesNotSeeTheFilesEither() {
        nights.drop("a.csv", list(1, 2));
        nights.receive();
        nights.reception.markTaken(nights.runId);

        assertThat(nights.plan().files()).isEmpty();
        assertThat(nights.files()).containsExactly("a.csv");
    }

    @Test
    void aCrashRightAfterAFileWasMovedStillWritesWhatBelongsBesideIt() throws IOException {
        nights.drop("a.csv", list(1, 2) + "x,y,z\n");
        nights.drop("b.csv", "customer_id,domain\n");
        nights.receive();
        nights.reception.markTaken(nights.runId);
        for (String target : List.of("archive/a.csv", "refused/b.csv")) {
            Path to = nights.inbox.resolve(target);
            Files.createDirectories(to.getParent());
            Files.move(nights.inbox.resolve(to.getFileName()), to);
        }

        assertThat(nights.reception.finishMoves(nights.job)).isEmpty();

        assertThat(nights.files())
                .containsExactly(
                        "archive/a.csv", "archive/a.csv.rejects.csv", "refused/b.csv", "refused/b.csv.reason.txt");
    }

    @Test
    void aCrashBeforeTheMarkTakesNothing() {
        nights.drop("a.csv", list(1, 2));
        nights.receive();
        // here the program dies

        assertThat(nights.night().accepted()).isEqualTo(2);
        assertThat(nights.files()).containsExactly("archive/a.csv");
    }

    @Test
    void theMarkGoesWithTheCallersTransaction() {
        nights.drop("a.csv", list(1, 2));
        nights.receive();
        TransactionTemplate callers = new TransactionTemplate(new JdbcTransactionManager(ListDatabase.DATA_SOURCE));
        assertThatThrownBy(() -> callers.executeWithoutResult(status -> {
                    nights.reception.markTaken(nights.runId);
                    throw new IllegalStateException("the cases could not be opened");
                }))
                .hasMessage("the cases could not be opened");

        nights.reception.moveFiles(nights.runId);

        assertThat(nights.files()).containsExactly("a.csv");
        assertThat(nights.night().accepted()).isEqualTo(2);
    }

    @Test
    void whatIsStagedDoesNotHangOnTheCallersTransaction() {
        nights.drop("a.csv", list(1, 2));
        new TransactionTemplate(new JdbcTransactionManager(ListDatabase.DATA_SOURCE)).executeWithoutResult(status -> {
            nights.receive();
            status.setRollbackOnly();
        });

        assertThat(nights.accepted()).containsExactly(id(1), id(2));
    }

    @Test
    void aNewFileUnderTheNameOfOneThatIsStillToBeMovedIsNotLost() {
        nights.drop("a.csv", list(1, 1));
        nights.receive();
        nights.reception.markTaken(nights.runId);
        nights.drop("a.csv", list(2, 2));

        assertThat(nights.reception.finishMoves(nights.job))
                .singleElement()
                .asString()
                .contains("changed or removed");
        assertThat(nights.files()).containsExactly("a.csv");
        assertThat(nights.night().accepted()).isEqualTo(1);
        assertThat(nights.accepted()).containsExactly(id(2));
    }

    @Test
    void whatCannotBeMovedIsSaidAndTriedAgainAndNeverReadTwice() throws IOException {
        nights.drop("a.csv", list(1, 1) + "x,y,z\n");
        Path obstacle = Files.writeString(nights.inbox.resolve("archive"), "not a folder");
        nights.receive();
        nights.reception.markTaken(nights.runId);

        assertThat(nights.reception.moveFiles(nights.runId))
                .singleElement()
                .asString()
                .contains("a.csv could not be moved");
        nights.reception.discard(nights.runId);
        assertThat(nights.receive().files()).isEmpty();

        Files.delete(obstacle);
        assertThat(nights.reception.finishMoves(nights.job)).isEmpty();
        assertThat(nights.files()).containsExactly("archive/a.csv", "archive/a.csv.rejects.csv");
        assertThat(staged()).isZero();
    }

    @Test
    void discardLeavesNothingBehindButWhatWasTaken() {
        nights.drop("a.csv", list(1, 2) + row(2) + "x,y,z\n");
        nights.drop("b.csv", "customer_id,domain\n");
        nights.night();
        assertThat(staged()).isPositive();

        nights.reception.discard(nights.runId);

        assertThat(staged()).isZero();
        nights.drop("again.csv", list(1, 2) + row(2) + "x,y,z\n");
        assertThat(nights.night().files().get(0).status()).isEqualTo(FileStatus.REFUSED);
    }

    private int staged() {
        int rows = 0;
        for (String table : List.of("list_file", "entry", "reject")) {
            Integer count = nights.jdbc.queryForObject(
                    "select count(*) from offboarding." + table + " where run_id like ?",
                    Integer.class,
                    nights.job + "-run-%");
            rows += count == null ? 0 : count;
        }
        return rows;
    }

    /** Whoever may write into the archive let the program hang, or write into another file of its user. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whatLiesWhereRejectsAreWrittenIsReplaced() throws Exception {
        Path archive = Files.createDirectory(nights.inbox.resolve("archive"));
        assertThat(new ProcessBuilder("mkfifo", archive + "/.a.csv.rejects.csv.part")
                        .start()
                        .waitFor())
                .isZero();
        Path other = Files.writeString(folder.resolve("other"), "as it was");
        Files.createSymbolicLink(archive.resolve(".b.csv.rejects.csv.part"), other);
        nights.drop("a.csv", list(1, 1) + "x,y,z\n");
        nights.drop("b.csv", list(2, 2) + "x,y,z\n");

        nights.night();

        assertThat(nights.files())
                .containsExactlyInAnyOrder(
                        "archive/a.csv", "archive/a.csv.rejects.csv", "archive/b.csv", "archive/b.csv.rejects.csv");
        assertThat(nights.text("archive/b.csv.rejects.csv")).contains("x,y,z");
        assertThat(other).hasContent("as it was");
    }

    private String mode(String inInbox) throws IOException {
        return "%04o".formatted((Integer) Files.getAttribute(nights.inbox.resolve(inInbox), "unix:mode") & 07777);
    }

    /** Into the one everyone may put something; in the other are the lists of years. */
    @ParameterizedTest
    @CsvSource({"1777, 1770, 0660", "0733, 0730, 0600", "2770, 2770, 0660", "0755, 0755, 0644", "0700, 0700, 0600"})
    void aDropBoxOpensNoArchiveToOthers(String inbox, String folders, String files) throws IOException {
        nights.drop("a.csv", list(1, 1) + "x,y,z\n");
        nights.drop("b.csv", "customer_id,domain\n");
        Files.setAttribute(nights.inbox, "unix:mode", Integer.parseInt(inbox, 8));

        nights.night();

        assertThat(List.of(mode("archive"), mode("refused"))).containsOnly(folders);
        assertThat(List.of(
                        mode("archive/a.csv"),
                        mode("archive/a.csv.rejects.csv"),
                        mode("refused/b.csv"),
                        mode("refused/b.csv.reason.txt")))
                .containsOnly(files);
    }

    /** A hard link is a file as any other. Only the name in the inbox is ours to move, and what it shares with the other is not ours to open. */
    @Test
    void ofAFileWithASecondNameElsewhereOnlyTheNameInTheInboxIsMoved() throws IOException {
        Path kept = kept("kept.csv", list(1, 1) + "x,y,z\n");
        Path other = kept("other", "root:x:0:0\n");
        Files.createLink(nights.inbox.resolve("a.csv"), kept);
        Files.createLink(nights.inbox.resolve("b.csv"), other);
        Files.setAttribute(nights.inbox, "unix:mode", 0775);

        Reception reception = nights.night();

        assertThat(reception.files())
                .extracting(Reception.File::status)
                .containsExactly(FileStatus.TAKEN, FileStatus.REFUSED);
        assertThat(nights.accepted()).containsExactly(id(1));
        assertThat(nights.files())
                .containsExactly(
                        "archive/a.csv", "archive/a.csv.rejects.csv", "refused/b.csv", "refused/b.csv.reason.txt");
        assertThat(Files.isSameFile(kept, nights.inbox.resolve("archive/a.csv")))
                .isTrue();
        assertThat(kept).hasContent(list(1, 1) + "x,y,z\n");
        assertThat(other).hasContent("root:x:0:0\n");
        assertThat(List.of(mode("archive/a.csv"), mode("refused/b.csv"))).containsOnly("0600");
        assertThat(List.of(mode("archive/a.csv.rejects.csv"), mode("refused/b.csv.reason.txt")))
                .containsOnly("0664");
    }

    private Path kept(String name, String text) throws IOException {
        Path kept = Files.writeString(folder.resolve(name), text);
        Files.setAttribute(kept, "unix:mode", 0600);
        return kept;
    }

    @Test
    void ofAFileUnderTwoNamesOneIsTakenAndSoIsNoneThatTheArchiveHas() throws IOException {
        Path first = nights.drop("a.csv", list(1, 2));
        Files.createLink(nights.inbox.resolve("b.csv"), first);

        Reception reception = nights.night();

        assertThat(reception.files())
                .extracting(Reception.File::status)
                .containsExactly(FileStatus.TAKEN, FileStatus.REFUSED);
        assertThat(reception.accepted()).isEqualTo(2);
        assertThat(nights.files()).containsExactly("archive/a.csv", "refused/b.csv", "refused/b.csv.reason.txt");

        // back in under the name that it has in the archive
        Files.createLink(nights.inbox.resolve("a.csv"), nights.inbox.resolve("archive/a.csv"));
        assertThat(nights.night().accepted()).isZero();
        assertThat(nights.files())
                .containsExactly(
                        "archive/a.csv",
                        "refused/a.csv",
                        "refused/a.csv.reason.txt",
                        "refused/b.csv",
                        "refused/b.csv.reason.txt");
        assertThat(nights.text("archive/a.csv")).isEqualTo(list(1, 2));
    }

    @Test
    void anArchiveThatIsThereKeepsTheRightsThatSomebodyGaveIt() throws IOException {
        Path archive = Files.createDirectory(nights.inbox.resolve("archive"));
        Files.setAttribute(archive, "unix:mode", 02711);
        Files.setAttribute(nights.inbox, "unix:mode", 0770);
        nights.drop("a.csv", list(1, 1));

        nights.night();

        assertThat(mode("archive")).isEqualTo("2711");
        assertThat(nights.files()).containsExactly("archive/a.csv");
    }

    @Test
    void whereOnlyItsRejectsCouldNotBeWrittenThatIsSaidAndNotThatTheListWasNotMoved() throws IOException {
        nights.drop("a.csv", list(1, 1) + "x,y,z\n");
        nights.drop("b.csv", "customer_id,domain\n");
        Path inTheWay = Files.createDirectories(nights.inbox.resolve("archive/.a.csv.rejects.csv.part/x"));
        Path inTheOther = Files.createDirectories(nights.inbox.resolve("refused/.b.csv.reason.txt.part/x"));
        nights.receive();
        nights.reception.markTaken(nights.runId);

        List<String> problems = nights.reception.moveFiles(nights.runId);

        assertThat(problems).hasSize(2).noneMatch(problem -> problem.contains("could not be moved"));
        assertThat(problems.get(0))
                .contains("a.csv was moved to " + nights.inbox.resolve("archive/a.csv"))
                .contains("its rejects could not be written beside it");
        assertThat(problems.get(1))
                .contains("b.csv was moved to " + nights.inbox.resolve("refused/b.csv"))
                .contains("the reason why it was refused could not be written beside it");

        for (Path obstacle : List.of(inTheWay, inTheOther)) {
            Files.delete(obstacle);
            Files.delete(obstacle.getParent());
        }
        assertThat(nights.reception.finishMoves(nights.job)).isEmpty();
        assertThat(nights.files())
                .containsExactly(
                        "archive/a.csv", "archive/a.csv.rejects.csv", "refused/b.csv", "refused/b.csv.reason.txt");
    }
}

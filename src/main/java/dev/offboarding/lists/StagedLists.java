package dev.offboarding.lists;

import dev.offboarding.kit.RegularFile;
import dev.offboarding.kit.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** What one run receives: every list into the staging tables, then a check of all of them together. */
final class StagedLists {
    private static final int ANALYZE_FROM = 10_000;

    private final String runId;
    private final String job;
    private final Set<Identifier> identity;
    private final Dates dates;
    private final LocalDate today;
    private final TransactionTemplate transaction;
    private final Inbox inbox;
    private final FormulaGuards guards;
    private final ContentHistory taken;
    private final FileMoves moves;
    private final Staging staging;
    private final List<@Nullable Headings> headingsByFile = new ArrayList<>();
    private List<NonListFile> noLists = List.of();
    private long read;

    StagedLists(
            String runId,
            String job,
            Set<Identifier> identity,
            Dates dates,
            LocalDate today,
            JdbcTemplate jdbc,
            TransactionTemplate transaction,
            Inbox inbox,
            FormulaGuards guards,
            ContentHistory taken,
            FileMoves moves) {
        this.runId = runId;
        this.job = job;
        this.identity = identity;
        this.dates = dates;
        this.today = today;
        this.transaction = transaction;
        this.inbox = inbox;
        this.guards = guards;
        this.taken = taken;
        this.moves = moves;
        staging = new Staging(jdbc, runId);
    }

    void database(DatabaseList list) {
        int fileNo = begin(ListedRow.OF_A_DATABASE, null, false);
        FileGate gate = new FileGate(fileNo, ListedRow.OF_A_DATABASE, identity, dates, today);
        try {
            // a guard is put into files only, so there is none to take off
            list.read(rows -> gate.pass(rows, batch -> {}, batch -> stage(fileNo, ListedRow.OF_A_DATABASE, batch)));
        } catch (ListRefusedException e) {
            gate.refuse(e);
        }
        settle(fileNo, gate);
    }

    void inbox(Path folder) {
        Map<Path, String> pending = moves.pending(job);
        List<Inbox.Candidate> lists = inbox.in(folder);
        noLists = inbox.noListsIn(folder);
        for (Inbox.Candidate candidate : lists) {
            if (!isPending(candidate, pending)) {
                read(candidate, true);
            }
        }
    }

    /** Settled by an earlier run, only not moved yet because that one died or lacked the right to: not there any more for us. */
    private static boolean isPending(Inbox.Candidate candidate, Map<Path, String> pending) {
        String sha256 = pending.get(candidate.path());
        if (sha256 == null || candidate.look() == null) {
            return false;
        }
        try {
            return sha256.isEmpty() || sha256.equals(Digests.ofFile(candidate.path()));
        } catch (IOException e) {
            // why it cannot be read is said when it is read
            return false;
        }
    }

    void file(Path file) {
        Inbox.Candidate candidate = inbox.file(file);
        read(candidate, false);
    }

    private void read(Inbox.Candidate candidate, boolean fromInbox) {
        int fileNo = begin(candidate.name(), candidate.path(), fromInbox);
        if (!candidate.settled()) {
            left(fileNo);
            return;
        }
        // a link in the inbox may lead anywhere; a file that the job file names may well be one
        LinkOption[] links = fromInbox ? new LinkOption[] {LinkOption.NOFOLLOW_LINKS} : new LinkOption[0];
        FileGate gate = new FileGate(fileNo, candidate.name(), identity, dates, today);
        if (candidate.look() == null) {
            gate.refuse(new ListRefusedException(
                    "this is a folder, a link or a device and no file", "Remove it, and put the file itself there."));
        } else {
            read(fileNo, gate, candidate, fromInbox);
            if (!candidate.look().equals(Inbox.look(candidate.path(), links))) {
                left(fileNo);
                return;
            }
        }
        settle(fileNo, gate);
    }

    private void read(int fileNo, FileGate gate, Inbox.Candidate candidate, boolean fromInbox) {
        try (InputStream file = RegularFile.open(
                        fromInbox ? candidate.path() : candidate.path().toRealPath(), Long.MAX_VALUE);
                DigestInputStream in = new DigestInputStream(file, Sha256.begin())) {
            OwnGuards unguard = new OwnGuards(guards, job);
            try (FileList list = FileList.of(candidate.name(), in, unguard::ofHeadings, dates)) {
                gate.pass(
                        list,
                        batch -> unguard.of(batch.stream().map(Row::cells).toList()),
                        batch -> stage(fileNo, candidate.name(), batch));
            } catch (ListRefusedException e) {
                gate.refuse(e);
            }
            String sha256 = Digests.ofAll(in);
            gate.hasContents(sha256);
            if (fromInbox) {
                taken.repetition(runId, fileNo, job, sha256).ifPresent(gate::refuse);
            }
        } catch (IOException e) {
            gate.refuse(CsvList.unreadable(e));
        }
    }

    private int begin(String name, @Nullable Path path, boolean fromInbox) {
        headingsByFile.add(null);
        int fileNo = headingsByFile.size();
        transaction.executeWithoutResult(
                status -> staging.addFile(fileNo, job, name, path == null ? null : path.toString(), fromInbox));
        return fileNo;
    }

    private void left(int fileNo) {
        transaction.executeWithoutResult(status -> staging.left(fileNo, Inbox.STILL_WRITTEN));
    }

    private void stage(int fileNo, String source, List<RowVerdict> batch) {
        transaction.executeWithoutResult(status -> staging.add(fileNo, source, batch));
    }

    private void settle(int fileNo, FileGate gate) {
        headingsByFile.set(fileNo - 1, gate.headings());
        read += gate.read();
        transaction.executeWithoutResult(status -> gate.settle(staging));
    }

    /** Checks what only all the lists of the night together can show. */
    Reception finish() {
        return transaction.execute(status -> {
            if (read >= ANALYZE_FROM) {
                staging.analyze();
            }
            for (Staging.Contradiction contradiction : staging.contradictions()) {
                staging.refuse(
                        contradiction.fileNo(),
                        contradiction.refusal(),
                        headingsByFile.get(contradiction.fileNo() - 1));
            }
            staging.collapseDuplicates();
            guards.remember(runId);
            return staging.reception(noLists);
        });
    }
}

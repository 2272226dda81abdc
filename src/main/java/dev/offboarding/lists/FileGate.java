package dev.offboarding.lists;

import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.UncategorizedSQLException;

/** Passes the rows of one list through the row gate, batch by batch, counts them, and says whether the list is accepted as a whole. */
final class FileGate {
    private static final int BATCH_ROWS = 1_000;
    private static final int BATCH_LENGTH = 1_000_000;
    private static final int REJECTED_ALLOWED = 3;
    private static final int REJECTED_ALLOWED_PERCENT = 5;

    private final int fileNo;
    private final String source;
    private final Set<Identifier> identity;
    private final Dates dates;
    private final LocalDate today;
    private @Nullable Headings headings;
    private Layout layout = Layout.USUAL;
    private @Nullable ListRefusedException refusal;
    private @Nullable Reject firstReject;
    private @Nullable String sha256;
    private long read;
    private long rejected;

    /** @param today in the job's zone: what is still ahead is not a note */
    FileGate(int fileNo, String source, Set<Identifier> identity, Dates dates, LocalDate today) {
        this.dates = dates;
        this.today = today;
        this.fileNo = fileNo;
        this.source = source;
        this.identity = identity;
    }

    /**
     * @param unguard takes our own guards off a batch's cells
     * @param stage puts a batch away
     */
    void pass(ListSource list, Consumer<List<Row>> unguard, Consumer<List<RowVerdict>> stage) {
        headings = list.headings();
        layout = list.layout();
        RowGate gate = new RowGate(source, headings, identity, dates(list), list.namesCells());
        HeadingDoubts doubts = new HeadingDoubts(headings, dates, today);
        List<Row> batch = new ArrayList<>();
        int length = 0;
        try {
            for (Row row = list.next(); row != null; row = list.next()) {
                batch.add(row);
                length += row.length();
                if (batch.size() == BATCH_ROWS || length > BATCH_LENGTH) {
                    pass(batch, gate, doubts, unguard, stage);
                    batch.clear();
                    length = 0;
                }
            }
        } catch (ListRefusedException e) {
            refusal = e;
        } catch (SQLException e) {
            throw new UncategorizedSQLException("reading the list", null, e);
        }
        pass(batch, gate, doubts, unguard, stage);
        if (refusal == null) {
            refusal = doubts.refusal();
        }
    }

    private Dates dates(ListSource list) {
        if (list.datesAreTyped()) {
            return Dates.USUAL;
        }
        return OwnColumns.haveDaysAsWeWrite(list.headings().ofOriginalColumns()) ? dates.ours() : dates;
    }

    private void pass(
            List<Row> batch,
            RowGate gate,
            HeadingDoubts doubts,
            Consumer<List<Row>> unguard,
            Consumer<List<RowVerdict>> stage) {
        unguard.accept(batch);
        doubts.see(batch);
        List<RowVerdict> checked = new ArrayList<>(batch.size());
        for (Row row : batch) {
            RowVerdict result = gate.check(row);
            checked.add(result);
            read++;
            if (result instanceof Reject reject) {
                rejected++;
                firstReject = firstReject == null ? reject : firstReject;
            }
        }
        stage.accept(checked);
    }

    void refuse(ListRefusedException why) {
        refusal = why;
    }

    void hasContents(String hash) {
        sha256 = hash;
    }

    @Nullable
    Headings headings() {
        return headings;
    }

    long read() {
        return read;
    }

    /** Those that the row gate has set aside. */
    long rejected() {
        return rejected;
    }

    /** Why the list as a whole is refused, after all of its rows; null if it is not. */
    @Nullable
    ListRefusedException verdict() {
        if (refusal == null && firstReject != null && tooManyRejected()) {
            return new ListRefusedException(
                    "%d of its %d rows are wrong, more than %d in a hundred; the first is line %d: %s"
                            .formatted(
                                    rejected,
                                    read,
                                    REJECTED_ALLOWED_PERCENT,
                                    firstReject.line(),
                                    firstReject.problem()),
                    "Correct the rows (rejects.csv in the report has all of them) and put the whole list in again.");
        }
        return refusal;
    }

    /** Writes the verdict down. */
    void settle(Staging staging) {
        staging.counted(fileNo, FileStatus.TAKEN, sha256, headings, layout, read, rejected);
        ListRefusedException refused = verdict();
        if (refused != null) {
            staging.refuse(fileNo, refused, headings);
        }
    }

    private boolean tooManyRejected() {
        return rejected > REJECTED_ALLOWED && rejected * 100 > read * REJECTED_ALLOWED_PERCENT;
    }
}

package dev.offboarding.lists;

import dev.offboarding.kit.CancellationToken;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Receives a job's list, in an order that a crash at any point does not harm: {@link #receive} stages it, {@link #markTaken}
 * belongs into the transaction that opens the cases, {@link #moveFiles} follows it, and {@link #finishMoves} makes up for a
 * crash in between. Until {@code markTaken} nothing has happened: a plan just stops before it.
 */
public final class ListReception {
    /** In the inbox: where taken and refused lists are moved to. */
    public static final List<String> FOLDERS = List.of(FileMoves.ARCHIVE, FileMoves.REFUSED);

    /** How long a file has to stay as it is before it is read. */
    public static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final DataSource listed;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Inbox inbox;
    private final FormulaGuards guards;
    private final ContentHistory taken;
    private final FileMoves moves;
    private final ResultFiles results;
    private final CancellationToken cancellation;
    private final Clock clock;

    /**
     * @param dataSource the job's own database, migrated; a database list in it needs two of its connections at a time
     * @param listed where a database list is
     * @param clock in the job's zone: messages name nights in it
     * @param betweenLooks how long a file has to stay as it is before it is read
     * @param cancellation ends what waits for a list when the run is to end
     */
    public ListReception(
            DataSource dataSource,
            DataSource listed,
            Clock clock,
            Duration betweenLooks,
            CancellationToken cancellation) {
        this.listed = listed;
        this.cancellation = cancellation;
        this.clock = clock;
        jdbc = new JdbcTemplate(dataSource);
        transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        inbox = new Inbox(betweenLooks, cancellation);
        guards = new FormulaGuards(jdbc);
        taken = new ContentHistory(jdbc, clock);
        moves = new FileMoves(dataSource, transaction, clock);
        results = new ResultFiles(jdbc, guards);
    }

    /**
     * Checks whether there is a list to be read, before anything else is done: what is wrong with the job file is found while nothing has been
     * touched.
     *
     * @throws ListUnavailableException if the query is not one
     * @throws org.springframework.dao.DataAccessException if a database cannot be used
     * @throws org.springframework.transaction.TransactionException if a database cannot be reached
     */
    public void check(ListSettings settings) {
        ListSettings.Database database = settings.database();
        if (database != null) {
            new DatabaseList(database, listed, clock.getZone(), cancellation).check();
        }
    }

    /**
     * Checks what the list is to be told once a customer is through.
     *
     * @throws ListUnavailableException if the done statement is not one
     * @throws org.springframework.dao.DataAccessException if a database cannot be used
     * @throws org.springframework.transaction.TransactionException if a database cannot be reached
     */
    public void checkDone(ListSettings settings) {
        ListSettings.Database database = settings.database();
        if (database != null) {
            new DatabaseList(database, listed, clock.getZone(), cancellation).checkDone();
        }
    }

    /**
     * Reads the list into the staging tables under the run's id and passes it through both gates, in transactions of its own.
     * Files stay where they are.
     *
     * @param identity an entry has to carry at least one of these
     * @throws ListFailedException if the query fails while it runs
     * @throws ListUnavailableException if the inbox, the file, or the query does not exist as the job file says
     * @throws org.springframework.dao.DataAccessException if a database cannot be used
     * @throws org.springframework.transaction.TransactionException if a database cannot be reached
     * @throws dev.offboarding.kit.CancelledException if the run is to end while a database list is read
     */
    public Reception receive(String runId, String job, ListSettings settings, Set<Identifier> identity) {
        if (identity.isEmpty()) {
            throw new IllegalArgumentException("an entry has to carry something beside the id");
        }
        StagedLists receiving = new StagedLists(
                runId,
                job,
                Set.copyOf(identity),
                new Dates(settings.dateFormat()),
                LocalDate.ofInstant(clock.instant(), clock.getZone()),
                jdbc,
                transaction,
                inbox,
                guards,
                taken,
                moves);
        ListSettings.Csv csv = settings.csv();
        ListSettings.Database database = settings.database();
        if (database != null) {
            receiving.database(new DatabaseList(database, listed, clock.getZone(), cancellation));
        } else if (csv != null && csv.inbox() != null) {
            receiving.inbox(csv.inbox());
        } else if (csv != null && csv.file() != null) {
            receiving.file(csv.file());
        } else {
            throw new ListUnavailableException(
                    "list: it is not said where the list comes from. Put csv.inbox, csv.file or database.query into the job file.");
        }
        return receiving.finish();
    }

    /** Records of the files that were refused that this is for good, whatever becomes of the others. */
    public void markRefused(String runId) {
        taken.markRefused(runId);
    }

    /**
     * Says about the lists of a run that ended before {@link #markTaken} that they are not taken. Only for a run that would have been
     * allowed to; to be called before its report is written.
     */
    public void notAccepted(String runId) {
        transaction.executeWithoutResult(status -> jdbc.update(
                """
                update offboarding.list_file set status = 'NOT_ACCEPTED', reason = ?
                 where run_id = ? and status = 'TAKEN' and marked_at is null
                """,
                "the run ended before it accepted it: it opened no case and stays where it is, and the next run reads it",
                runId));
    }

    /**
     * Leaves the files where they are in which these customers are: not all of what they list is accepted. Before {@link #markTaken}, in its
     * transaction.
     *
     * @param why in words, like "some of its customers wait for an approval"
     */
    public void leave(String runId, Collection<UUID> customers, String why) {
        jdbc.update(
                """
                update offboarding.list_file set status = 'NOT_ACCEPTED', reason = ?
                 where run_id = ? and status = 'TAKEN' and file_no in (
                   select file_no from offboarding.entry where run_id = ? and customer_id = any(?))
                """,
                why
                        + ": it stays where it is, and the next run reads it; those that were accepted are nothing new then",
                runId,
                runId,
                customers.toArray(UUID[]::new));
    }

    /**
     * Records that what the run received is taken, or refused, for good. Joins the caller's transaction if it is on the same
     * data source.
     */
    public void markTaken(String runId) {
        results.begin(runId);
        taken.remember(runId);
    }

    /**
     * Moves the run's files to {@code archive} and {@code refused}; those of a list that is read in place stay.
     *
     * @return what could not be moved and why, one sentence each; {@link #finishMoves} tries again
     */
    public List<String> moveFiles(String runId) {
        return moves.ofRun(runId);
    }

    /**
     * Moves what earlier runs of the job were no longer able to move. To be called before {@link #receive}, not in a plan.
     *
     * @return as {@link #moveFiles}
     */
    public List<String> finishMoves(String job) {
        List<String> problems = moves.ofJob(job);
        transaction.executeWithoutResult(status -> jdbc.queryForList(
                        "select distinct run_id from offboarding.list_file where job = ? and discarded",
                        String.class,
                        job)
                .forEach(this::discard));
        return problems;
    }

    /**
     * Drops the rows of lists that the run had not read to their ends when it was ended: nothing of them was counted. To be called
     * before its report is written, by whatever writes that.
     */
    public void dropHalfRead(String runId) {
        transaction.executeWithoutResult(status -> {
            for (String table : List.of("entry", "reject")) {
                jdbc.update("""
                        delete from offboarding.%s staged using offboarding.list_file f
                         where staged.run_id = ? and f.run_id = staged.run_id and f.file_no = staged.file_no and f.status = 'LEFT'
                        """.formatted(table), runId);
            }
            jdbc.update(
                    "update offboarding.list_file set reason = ? where run_id = ? and status = 'LEFT' and reason is null",
                    "the run ended before it was read to its end: the next run reads it",
                    runId);
        });
    }

    /** What the report of a run says of cases is what files beside lists say of them until another does. Before what only the run needed goes. */
    public void tellResults(String runId, String job) {
        results.tell(runId, job);
    }

    /**
     * Writes beside each list that was taken from the inbox what has become of its rows, as long as something of it is open.
     *
     * @return what could not be written and why, one sentence each; the next run tries again
     */
    public List<String> writeResults(String job, ListSettings settings, Set<Identifier> identity) {
        return results.write(new ResultFiles.Reading(
                job,
                identity,
                new Dates(settings.dateFormat()),
                LocalDate.ofInstant(clock.instant(), clock.getZone())));
    }

    /** Drops the run's staged rows, once its report is written. What is still needed to move its files stays until they are. */
    public void discard(String runId) {
        transaction.executeWithoutResult(status -> {
            jdbc.update("delete from offboarding.entry where run_id = ?", runId);
            jdbc.update("""
                    update offboarding.list_file set discarded = true
                    where run_id = ? and from_inbox and marked_at is not null and moved_at is null
                    """, runId);
            jdbc.update("""
                    delete from offboarding.reject r where run_id = ? and not exists (
                        select 1 from offboarding.list_file f
                        where f.run_id = r.run_id and f.file_no = r.file_no and f.from_inbox and f.marked_at is not null and f.moved_at is null)
                    """, runId);
            jdbc.update("""
                    delete from offboarding.list_file
                    where run_id = ? and not (from_inbox and marked_at is not null and moved_at is null)
                    """, runId);
        });
    }
}

package dev.offboarding.run;

import dev.offboarding.cases.Cases;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.lists.FileStatus;
import dev.offboarding.lists.ListReception;
import dev.offboarding.lists.ListSettings;
import dev.offboarding.lists.ListUnavailableException;
import dev.offboarding.lists.Reception;
import dev.offboarding.runs.ExitCode;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tonight's list as it is read: its files, what is said about them, and where they go. */
final class TonightsList {

    private static final Logger LOG = LoggerFactory.getLogger(TonightsList.class);

    private final RunContext context;
    private final ListReception lists;
    private final Cases cases;
    private final OneTimeNotices oneTimeNotices;
    private final Failures failures;

    TonightsList(
            RunContext context, ListReception lists, Cases cases, OneTimeNotices oneTimeNotices, Failures failures) {
        this.context = context;
        this.lists = lists;
        this.cases = cases;
        this.oneTimeNotices = oneTimeNotices;
        this.failures = failures;
    }

    /** What is wrong with the job file is found while nothing has been touched. */
    void check() {
        JobFile jobFile = context.run().jobFile();
        try {
            Preflight.check(jobFile);
            lists.check(jobFile.list());
        } catch (ListUnavailableException e) {
            throw unavailable(false, e);
        }
        if (!cases.anyOpen(jobFile.job())) {
            // better than once the first customer is gone; those who are on their way need not wait for it
            lists.checkDone(jobFile.list());
        }
    }

    /** @param touched whether something was taken up or reported before: then it is no longer true that nothing was touched */
    Reception receive(boolean touched) {
        JobFile jobFile = context.run().jobFile();
        try {
            Reception reception =
                    lists.receive(context.run().runId(), jobFile.job(), jobFile.list(), jobFile.identity());
            for (Reception.File file : reception.files()) {
                logged(file);
                if (file.status() == FileStatus.REFUSED) {
                    context.progress().message("List %s refused: %s".formatted(file.name(), file.reason()));
                } else {
                    tellColumns(file);
                }
            }
            reception
                    .noLists()
                    .forEach(other -> oneTimeNotices.raise(
                            "receive",
                            "no list: " + other.mark(),
                            "%s in the inbox was not read: %s".formatted(other.name(), other.remedy())));
            return reception;
        } catch (ListUnavailableException e) {
            throw unavailable(touched, e);
        }
    }

    /** A query's result and a file that is read in place; one that was refused, or is still written, says nothing at all. */
    boolean isTheWholeTruth(Reception reception) {
        ListSettings list = context.run().jobFile().list();
        boolean standing =
                list.database() != null || list.csv() != null && list.csv().file() != null;
        return standing && reception.files().stream().allMatch(file -> file.status() == FileStatus.TAKEN);
    }

    /** What a crash may have left undone would otherwise be listed once more. */
    void finishMoves() {
        note("receive", lists.finishMoves(context.run().jobFile().job()));
    }

    /** Within the caller's transaction. */
    void markRefused() {
        lists.markRefused(context.run().runId());
    }

    /** Files with these customers stay; within the caller's transaction, before {@link #markTaken}. */
    void leave(Collection<UUID> customers, String why) {
        lists.leave(context.run().runId(), customers, why);
    }

    /** Within the caller's transaction. */
    void markTaken() {
        lists.markTaken(context.run().runId());
    }

    /** @param step the one that moves them */
    void moveFiles(String step) {
        note(step, lists.moveFiles(context.run().runId()));
    }

    /** What was not moved is taken nevertheless, and the next run moves it. */
    private void note(String step, List<String> notMoved) {
        notMoved.forEach(why -> failures.add(step, ExitCode.NEEDS_ATTENTION, why));
    }

    /** Each open case is to be in a report. */
    private RuntimeException unavailable(boolean touched, ListUnavailableException e) {
        return touched || cases.anyOpen(context.run().jobFile().job()) ? new ListGoneException(e) : e;
    }

    private static void logged(Reception.File file) {
        if (file.reason() != null) {
            LOG.warn("list {} is {}: {}", file.name(), file.status(), file.reason());
        } else {
            LOG.info(
                    "list {}: {} rows read, {} of them duplicates, {} set aside",
                    file.name(),
                    file.read(),
                    file.duplicates(),
                    file.rejected());
        }
    }

    private void tellColumns(Reception.File file) {
        if (!file.understood().isEmpty()) {
            String columns = "%s: columns understood: %s; only carried through: %s"
                    .formatted(
                            file.name(),
                            String.join(", ", file.understood()),
                            file.carried().isEmpty() ? "none" : String.join(", ", file.carried()));
            LOG.info("list {}", columns);
            context.progress().message("List " + columns);
        }
    }
}

package dev.offboarding.run;

import dev.offboarding.kit.CancelledException;
import dev.offboarding.lists.FileStatus;
import dev.offboarding.lists.Reception;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/** Step 1: reads the list and sets rejected rows aside. It is accepted once the whole plan has been checked against the limits. */
final class ReceiveTasklet implements Tasklet {

    private final RunContext context;
    private final ClockCheck clockCheck;
    private final Recovery recovery;
    private final DoneStatement done;
    private final TonightsList list;
    private final WorkingSet workingSet;
    private final FencedTransaction transaction;

    ReceiveTasklet(
            RunContext context,
            ClockCheck clockCheck,
            Recovery recovery,
            DoneStatement done,
            TonightsList list,
            WorkingSet workingSet,
            FencedTransaction transaction) {
        this.context = context;
        this.clockCheck = clockCheck;
        this.recovery = recovery;
        this.done = done;
        this.list = list;
        this.workingSet = workingSet;
        this.transaction = transaction;
    }

    @Override
    public @Nullable RepeatStatus execute(StepContribution contribution, ChunkContext chunkContext)
            throws InterruptedException {
        if (context.run().receives()) {
            list.check();
        }
        // before anything is made of what an earlier run left: the clock decides when that can no longer change
        if (!clockCheck.agreesWithTheDatabase()) {
            CheckLimitsTasklet.end(contribution, context.guard());
            return RepeatStatus.FINISHED;
        }
        boolean writes = context.run().writes();
        boolean touched = false;
        if (writes) {
            touched = recovery.recover();
        }
        if (!context.run().receives()) {
            if (!context.guard().mayStart()) {
                throw new CancelledException();
            }
            transaction.run(workingSet::gatherWhatWasAsked);
            workingSet.gathered();
            return RepeatStatus.FINISHED;
        }
        if (writes) {
            list.finishMoves();
            touched |= done.run();
        }
        if (!context.guard().mayStart()) {
            throw new CancelledException();
        }
        Reception reception = list.receive(touched);
        count(contribution, reception);
        Set<UUID> shown = workingSet.shownByNow();
        List<String> notes = transaction.get(() -> {
            workingSet.gather(list.isTheWholeTruth(reception), shown);
            if (writes) {
                list.markRefused();
            }
            return workingSet.record(reception);
        });
        workingSet.gathered();
        notes.forEach(context.progress()::message);
        if (writes) {
            list.moveFiles("receive");
        }
        return RepeatStatus.FINISHED;
    }

    private static void count(StepContribution contribution, Reception reception) {
        for (Reception.File file : reception.files()) {
            boolean taken = file.status() == FileStatus.TAKEN;
            StepCounts.add(contribution, file.read(), taken ? file.read() - file.rejected() - file.duplicates() : 0);
        }
    }
}

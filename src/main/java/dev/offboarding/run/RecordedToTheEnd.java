package dev.offboarding.run;

import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.step.StepExecution;

/** A step is over once what it did is recorded, however it ended; it has failed where that failed. */
final class RecordedToTheEnd implements StepExecutionListener {

    private final CaseRecorder recorder;

    RecordedToTheEnd(CaseRecorder recorder) {
        this.recorder = recorder;
    }

    @Override
    public ExitStatus afterStep(StepExecution step) {
        try {
            recorder.finish();
            return step.getExitStatus();
        } catch (RuntimeException | Error e) {
            // Batch only logs what a listener throws
            step.setStatus(BatchStatus.FAILED);
            step.addFailureException(e);
            return ExitStatus.FAILED;
        }
    }
}

package dev.offboarding.run;

import dev.offboarding.cases.Cases;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.cases.OffboardingCase.Stage;
import dev.offboarding.platform.Admission;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.ItemReader;

/**
 * Hands out the cases that wait for a step, by query and key. It keeps no position of its own that could be lost: a case that is
 * done waits for another step, and a case that is held is behind the key.
 */
final class DueCaseReader implements ItemReader<OffboardingCase> {

    private final Cases cases;
    private final Stage step;
    private final int page;
    private final Admission admission;
    private final Deque<OffboardingCase> read = new ArrayDeque<>();
    private long last = Long.MIN_VALUE;
    /** No step gives a run more cases. */
    private long end = Long.MAX_VALUE;

    DueCaseReader(Cases cases, Stage step, int page, Admission admission) {
        this.cases = cases;
        this.step = step;
        this.page = page;
        this.admission = admission;
    }

    @Override
    public @Nullable OffboardingCase read() {
        if (read.isEmpty()) {
            // asked once a page: what is handed out is a chunk that is finished
            if (last >= end || !admission.mayStart()) {
                return null;
            }
            List<OffboardingCase> next = cases.waitingFor(step, last, page);
            if (next.isEmpty()) {
                return null;
            }
            read.addAll(next);
            if (last == Long.MIN_VALUE) {
                end = cases.lastPosition();
            }
            last = next.get(next.size() - 1).position();
        }
        return read.poll();
    }
}

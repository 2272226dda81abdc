package dev.offboarding.run;

import dev.offboarding.cases.Cases;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.cases.OffboardingCase.Stage;
import dev.offboarding.kit.Background;
import dev.offboarding.platform.Admission;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.infrastructure.item.ItemStreamReader;

/**
 * Hands out the cases that wait for a step, by query and key. It keeps no position of its own that could be lost: a case that is
 * done waits for another step, and a case that is held is behind the key.
 *
 * <p>While one page is worked on the next is read. Nothing that becomes of the one changes a row of the other, and what is decided on is
 * the customer as it is read when its turn has come.
 */
final class DueCaseReader implements ItemStreamReader<OffboardingCase> {

    private static final Logger LOG = LoggerFactory.getLogger(DueCaseReader.class);

    private final Cases cases;
    private final Stage step;
    private final int page;
    private final Admission admission;
    private final Deque<OffboardingCase> read = new ArrayDeque<>();
    private @Nullable CompletableFuture<List<OffboardingCase>> ahead;
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
            List<OffboardingCase> next = next();
            if (next.isEmpty()) {
                return null;
            }
            read.addAll(next);
            if (last == Long.MIN_VALUE) {
                end = cases.lastPosition();
            }
            last = next.get(next.size() - 1).position();
            if (last < end) {
                ahead = readAhead(last);
            }
        }
        return read.poll();
    }

    private List<OffboardingCase> next() {
        CompletableFuture<List<OffboardingCase>> begun = ahead;
        ahead = null;
        if (begun != null) {
            try {
                return begun.join();
            } catch (CompletionException e) {
                // the database may have been away for a moment, and nobody needed it then
                LOG.debug("the next cases could not be read ahead", e);
            }
        }
        return cases.waitingFor(step, last, page);
    }

    private CompletableFuture<List<OffboardingCase>> readAhead(long after) {
        return Background.begin("read-ahead", () -> cases.waitingFor(step, after, page));
    }

    /** The step is over, perhaps in the middle of it: nobody reads any more once it is. */
    @Override
    public void close() {
        CompletableFuture<List<OffboardingCase>> begun = ahead;
        ahead = null;
        if (begun != null) {
            begun.handle((next, failure) -> next).join();
        }
    }
}

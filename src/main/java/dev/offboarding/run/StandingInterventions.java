package dev.offboarding.run;

import dev.offboarding.interventions.Intervention;
import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.interventions.Interventions;
import dev.offboarding.interventions.Standing;
import dev.offboarding.platform.Write;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** What people have asked for of the customers of a run, also while it is under way: read anew each time that it is asked. */
final class StandingInterventions {

    private static final Logger LOG = LoggerFactory.getLogger(StandingInterventions.class);

    private final RunInfo run;
    private final LazyPlatform platform;
    private final Interventions interventions;

    StandingInterventions(RunInfo run, LazyPlatform platform, Interventions interventions) {
        this.run = run;
        this.platform = platform;
        this.interventions = interventions;
    }

    /** By customer; of whom nothing was asked is missing. */
    Map<UUID, Standing> of(Collection<UUID> customerIds) {
        return interventions.standing(platform.identity(), job(), run.rules().today(), customerIds);
    }

    /** What stops the whole job; null where nothing does. */
    @Nullable
    Intervention pauseOfTheJob() {
        return interventions.pauseOfTheJob(job(), run.rules().today());
    }

    private Interventions.Job job() {
        return new Interventions.Job(
                run.jobFile().job(), run.jobFile().platform().text());
    }

    /** Which of these writes are not to be sent, and why. Where that cannot be determined, none is. */
    Map<Write, String> forbidden(Collection<Write> writes) {
        Map<UUID, Standing> asked;
        try {
            asked = of(writes.stream().map(Write::customerId).collect(Collectors.toSet()));
        } catch (DataAccessException e) {
            LOG.warn("whether somebody has paused, withdrawn or closed customers cannot be read", e);
            return writes.stream()
                    .collect(
                            Collectors.toMap(
                                    write -> write,
                                    write ->
                                            "it could not be read whether somebody has asked that nothing is written, so nothing was sent"));
        }
        Map<Write, String> forbidden = new HashMap<>();
        for (Write write : writes) {
            Intervention by =
                    asked.getOrDefault(write.customerId(), Standing.NONE).forbids(write.action());
            if (by != null) {
                forbidden.put(write, words(by) + "; so it was not sent");
            }
        }
        return forbidden;
    }

    private static String words(Intervention by) {
        return by.kind() == InterventionKind.PAUSE ? by.words() : "it is to be " + by.words();
    }
}

package dev.offboarding.interventions;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What people have asked for of a job's cases, as it holds now: a run may have looked before that.
 *
 * @param pause of the whole job; null where it is not paused
 * @param open by case, of open ones of which something was asked themselves
 * @param ended by case, what ended those that were closed on somebody's word
 */
public record AskedOfJob(@Nullable Intervention pause, Map<Long, Standing> open, Map<Long, Intervention> ended) {

    /** What holds of an open case. */
    public Standing of(long caseId) {
        Standing ofAll = pause == null ? Standing.NONE : Standing.paused(pause);
        Standing itself = open.get(caseId);
        return itself == null ? ofAll : ofAll.and(itself);
    }

    /** On whose word a case was closed, when and why; null where it ended by itself. */
    public @Nullable String ending(long caseId) {
        Intervention by = ended.get(caseId);
        if (by == null) {
            return null;
        }
        return (by.kind() == InterventionKind.CLOSE ? "on somebody's word: " : "") + by.words();
    }
}

package dev.offboarding.runs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a job's earlier runs; plans do not count.
 *
 * @param lastThrough when the last run began that reached its end, whatever its exit code: a run that died has not; null if there is none
 * @param lastSuccess when the last run ended that finished, see {@link ExitCode#finished()}; null if there is none
 */
public record RunHistory(
        @Nullable Instant lastThrough, @Nullable Instant lastSuccess) {}

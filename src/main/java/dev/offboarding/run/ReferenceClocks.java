package dev.offboarding.run;

import dev.offboarding.platform.ResellerPlatform;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** The clocks with which this machine's is compared: by how much each is ahead of it. */
interface ReferenceClocks {

    Duration databaseAhead(JdbcTemplate jdbc, Clock ours);

    /** Null if the platform does not say what time it is. */
    @Nullable
    Duration platformAhead(ResellerPlatform platform);

    /** The ones that there are. */
    ReferenceClocks REAL = new ReferenceClocks() {
        @Override
        public Duration databaseAhead(JdbcTemplate jdbc, Clock ours) {
            Instant before = ours.instant();
            OffsetDateTime now = jdbc.queryForObject("select clock_timestamp()", OffsetDateTime.class);
            Instant after = ours.instant();
            if (now == null) {
                throw new IllegalStateException("a database without a clock");
            }
            Instant theirs = now.toInstant();
            // an answer may take long; in that time it was read
            if (theirs.isBefore(before)) {
                return Duration.between(before, theirs);
            }
            return theirs.isAfter(after) ? Duration.between(after, theirs) : Duration.ZERO;
        }

        @Override
        public @Nullable Duration platformAhead(ResellerPlatform platform) {
            return platform.clockAhead();
        }
    };

    /** For a run whose time is made up: whatever it says, others say so, too. */
    ReferenceClocks AS_OURS = new ReferenceClocks() {
        @Override
        public Duration databaseAhead(JdbcTemplate jdbc, Clock ours) {
            return Duration.ZERO;
        }

        @Override
        public @Nullable Duration platformAhead(ResellerPlatform platform) {
            return null;
        }
    };
}

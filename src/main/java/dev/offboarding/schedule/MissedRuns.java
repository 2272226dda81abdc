package dev.offboarding.schedule;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * Runs that were due and did not take place.
 *
 * @param count how many; {@link #MOST} stands for that many or more
 */
public record MissedRuns(long count, Instant first, Instant last, Why why) {

    /** More are not counted: a job of every second whose program was away for a year. */
    static final int MOST = 1000;

    private static final DateTimeFormatter AT = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssXXX");

    /** Why a run did not take place. */
    public enum Why {
        AWAY("the program was not running, or its machine was asleep or too busy"),
        STILL_UNDER_WAY("the run before it was still under way"),
        LOCKED("another run of the job, which this schedule had not started, was under way"),
        NOT_BEGUN("it could not begin"),
        JOB_FILE("its job file could not be used");

        private final String words;

        Why(String words) {
            this.words = words;
        }
    }

    static MissedRuns one(Instant due, Why why) {
        return new MissedRuns(1, due, due, why);
    }

    MissedRuns and(Instant later) {
        return new MissedRuns(Math.min(MOST, count + 1), first, later, why);
    }

    /** Both together; they have one reason. */
    MissedRuns and(MissedRuns other) {
        return new MissedRuns(
                Math.min(MOST, count + other.count),
                first.isBefore(other.first) ? first : other.first,
                last.isBefore(other.last) ? other.last : last,
                why);
    }

    /** One line, with times as the clock on the job's wall showed them. */
    public String inWords(ZoneId zone) {
        return count == 1
                ? "missed: the run that was due at %s did not take place: %s".formatted(at(first, zone), why.words)
                : "missed: %d%s runs that were due from %s to %s did not take place: %s"
                        .formatted(count, count == MOST ? " or more" : "", at(first, zone), at(last, zone), why.words);
    }

    private static String at(Instant time, ZoneId zone) {
        return AT.format(time.atZone(zone));
    }
}

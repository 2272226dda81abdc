package dev.offboarding.notice;

import java.time.Duration;

/** One way to notify someone. */
interface Channel {

    /** What has not happened where nobody could be reached by it. */
    default NotReached.What what() {
        return NotReached.What.NOTICE;
    }

    /** Such as {@code mail to ops@example.com}; shows no secret. */
    String name();

    /**
     * Tries once.
     *
     * @param within how long it may take, more or less
     */
    Attempt attempt(Notice notice, Duration within) throws InterruptedException;

    /** What became of one try. */
    sealed interface Attempt {
        record Sent() implements Attempt {}

        /** Another try would end in the same way. */
        record Refused(String why) implements Attempt {}

        /** @param after how long the other side wants to be left alone; zero if it did not say */
        record Failed(String why, Duration after) implements Attempt {}
    }
}

package dev.offboarding.run;

import dev.offboarding.platform.RequestListener;
import dev.offboarding.runs.RunHistory;

/** Follows a run while it is under way: how far it has come, and what it asks of the platform. */
public interface Progress extends RequestListener {

    Progress NONE = new Progress() {
        @Override
        public void step(String name, long cases) {}

        @Override
        public void advance(long cases) {}
    };

    /** The run has begun; its id is known from here on, and so is what the table of runs says about those before it. */
    default void begun(String runId, RunHistory before) {}

    /**
     * What the run works on, before anything else is said about it.
     *
     * @param line which database and which platform identity, and whether a protection is switched off
     */
    default void worksOn(String line) {}

    @Override
    default void request(String resource, int status) {}

    /** Something that a person at the terminal wants to read while the run is under way. */
    default void message(String line) {}

    /** A step begins, with so many cases before it. */
    void step(String name, long cases);

    /** So many more cases are through it. */
    void advance(long cases);
}

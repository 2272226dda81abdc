package dev.offboarding.run;

/** Tells a person how far a run has come, while it runs. */
public interface Progress {

    Progress NONE = new Progress() {
        @Override
        public void step(String name, long cases) {}

        @Override
        public void advance(long cases) {}
    };

    /** A step begins, with so many cases before it. */
    void step(String name, long cases);

    /** So many more cases are through it. */
    void advance(long cases);
}

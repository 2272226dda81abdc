package dev.offboarding.notice;

/**
 * Somebody whom a run could not reach.
 *
 * @param what has not happened
 * @param whom such as {@code mail to ops@example.com}; shows no secret
 * @param why in one line
 */
public record NotReached(What what, String whom, String why) {

    /** What a run does towards others when it is over. */
    public enum What {
        NOTICE("notice not sent"),
        SIGN_OF_LIFE("sign of life not given");

        private final String text;

        What(String text) {
            this.text = text;
        }
    }

    /** All of it, in one line. */
    @Override
    public String toString() {
        return "%s: %s: %s".formatted(what.text, whom, why);
    }
}

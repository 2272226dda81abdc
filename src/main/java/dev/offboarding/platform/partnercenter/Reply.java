package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.PlatformUnavailableException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** How one call ended. */
sealed interface Reply {

    /** In words, for people. */
    String words();

    /**
     * Accepted.
     *
     * @param body null where there is none or it cannot be read
     */
    record Accepted(int status, @Nullable ObjectNode body, Instant at, int token) implements Reply {
        @Override
        public String words() {
            return body == null ? "answered %d, with nothing that can be read".formatted(status) : "answered " + status;
        }
    }

    /**
     * Answered with a no, in the range of 3xx and 4xx: nothing changed. In the platform's own words, but for a read that was answered 404
     * in no one's.
     */
    record Refused(int status, ErrorBody fault, Instant at, int token) implements Reply {
        @Override
        public String words() {
            String code = fault.code().isEmpty() ? "" : ", code " + fault.code();
            String text = fault.text().isEmpty() ? "" : ": " + fault.text();
            return "answered " + status + code + text;
        }

        boolean is(int wantedStatus, int code) {
            return status == wantedStatus && fault.is(code);
        }

        /** The service itself says that there is no relationship with this customer, or no such thing at all. */
        boolean saysGone() {
            boolean noRelationship = status == 403 && fault.is(20002);
            return noRelationship || (status == 404 && fault.voice() == ErrorBody.Voice.SERVICE);
        }

        /** As much, or a 404 that does not show whose it is: that counts only while another customer vouches, see {@link Control}. */
        boolean maySayGone() {
            return saysGone() || status == 404;
        }
    }

    /**
     * No answer, or none that means anything. Whether a write was applied is not known, unless it never arrived.
     *
     * @param sentAt when it left; null if it never reached the platform
     * @param answered an answer came from the service itself (500, 503), so the call is over
     */
    record NoAnswer(String why, @Nullable Instant sentAt, boolean answered) implements Reply {
        @Override
        public String words() {
            return why;
        }
    }

    /** It was not sent, because the platform asks for a longer pause than is waited for. */
    record Postponed(String words) implements Reply {}

    /** It was not sent, because nothing more may be started. */
    record NotAllowed() implements Reply {
        @Override
        public String words() {
            return "the run is to stop, so it was not sent";
        }
    }

    /**
     * The platform as a whole cannot be used; nothing changed.
     *
     * @param sent whether it was sent at all
     */
    record Unusable(PlatformUnavailableException why, boolean sent) implements Reply {
        @Override
        public String words() {
            return String.valueOf(why.getMessage());
        }
    }
}

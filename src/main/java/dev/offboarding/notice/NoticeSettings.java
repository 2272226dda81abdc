package dev.offboarding.notice;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.scheduling.support.CronExpression;

/**
 * Who is notified of how a run ended. A plan notifies no one: the person who asked for it sees it.
 *
 * <p>A notice names customers that somebody has to look at and customers that failed, by id and company name, and quotes no secret.
 * Choose a channel that only people who may know that can read.
 *
 * @param webhook null if none is called
 * @param mail null if none is sent
 * @param preview when the plan of the coming run is sent, whoever is notified of how it ended; null if it is not
 * @param heartbeat an address that is called after each run that has begun, so that others notice a night that never came; null if none is
 */
public record NoticeSettings(
        @DefaultValue("attention") When when,
        @Nullable Webhook webhook,
        @Valid @Nullable Mail mail,
        @Nullable Preview preview,
        @Nullable WebhookUrl heartbeat) {

    /** Whether anybody would read a notice. */
    public boolean reachesSomebody() {
        return webhook != null || mail != null;
    }

    /**
     * A look at what the coming run would do, as {@code plan} has it, before it does.
     *
     * @param cron when it is made and sent, in the job's zone; by {@code schedule} only
     */
    public record Preview(CronExpression cron) {}

    /** After which runs, and before which. */
    public enum When {
        /**
         * After those that end with another exit code than 0, after one that took up a run that had died, and after one before which others
         * were due that did not take place; and before those of which something is planned, or in the way.
         */
        ATTENTION,
        /** After each, and before each. */
        ALWAYS
    }

    /** @param url anyone who knows it can write to the channel: it is a secret */
    public record Webhook(WebhookUrl url, Format format) {}

    /** What the other side of a webhook understands; no one body serves both. */
    public enum Format {
        /** An incoming webhook of Slack. */
        SLACK,
        /** A webhook of a Teams workflow ("When a Teams webhook request is received"). The retired Office 365 connectors are not supported. */
        TEAMS
    }

    /**
     * @param port null: the usual one, 587 with STARTTLS, 465 with TLS, 25 with neither
     * @param username null if the server lets us in without
     */
    public record Mail(
            String host,

            @Nullable
            @Min(value = 1, message = "write a port, 1 to 65535")
            @Max(value = 65535, message = "write a port, 1 to 65535")
            Integer port,

            @DefaultValue("starttls") Security security,
            @Nullable String username,
            @Nullable String password,
            String from,
            @DefaultValue List<String> to) {
        public Mail {
            to = List.copyOf(to);
        }

        public int portOrUsual() {
            return port != null ? port : security.usualPort;
        }

        @Override
        public String toString() {
            return "Mail[host=%s, port=%s, security=%s, username=%s, password=%s, from=%s, to=%s]"
                    .formatted(host, port, security, username, password == null ? "(none)" : "***", from, to);
        }
    }

    /** How the way to the mail server is protected. In both cases its certificate has to be trusted and to carry its name. */
    public enum Security {
        /** The connection begins in the clear and has to be encrypted before anything else is said. */
        STARTTLS(587),
        /** Encrypted from the first byte on. */
        TLS(465),
        /** In the clear: only to this machine's own loopback addresses. */
        NONE(25);

        private final int usualPort;

        Security(int usualPort) {
            this.usualPort = usualPort;
        }
    }
}

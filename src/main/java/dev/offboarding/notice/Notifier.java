package dev.offboarding.notice;

import dev.offboarding.kit.LogContext;
import dev.offboarding.notice.Channel.Attempt;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends notices to everyone who is to be notified. Never throws, and never takes longer than it may, whatever the other side does. */
public final class Notifier {

    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);

    private static final int TRIES = 3;

    /** How often to check whether there is haste. */
    private static final Duration LOOK = Duration.ofMillis(200);

    /** Comes nearer once there is haste. */
    private static final class Deadline {
        private final long begun = System.nanoTime();
        private final Duration inAHurry;
        private final BooleanSupplier haste;
        private long end;
        private boolean hurried;

        Deadline(Duration within, Duration inAHurry, BooleanSupplier haste) {
            this.inAHurry = inAHurry;
            this.haste = haste;
            end = begun + within.toNanos();
        }

        /** In nanoseconds; never less than none. */
        synchronized long left() {
            long now = System.nanoTime();
            if (!hurried && haste.getAsBoolean()) {
                hurried = true;
                end = Math.min(end - now, inAHurry.toNanos()) + now;
            }
            return Math.max(0, end - now);
        }

        Duration taken() {
            return Duration.ofNanos(System.nanoTime() - begun);
        }
    }

    private final List<Channel> channels;
    private final Duration backOff;

    /** @param clock the date of a mail */
    public Notifier(NoticeSettings settings, Clock clock) {
        this(channels(settings, clock), Duration.ofSeconds(1));
    }

    /** @param backOff after the first try that failed; each time twice as long */
    Notifier(List<Channel> channels, Duration backOff) {
        this.channels = List.copyOf(channels);
        this.backOff = backOff;
    }

    private static List<Channel> channels(NoticeSettings settings, Clock clock) {
        List<Channel> channels = new ArrayList<>();
        if (settings.webhook() != null) {
            channels.add(new Webhook(settings.webhook()));
        }
        if (settings.mail() != null) {
            channels.add(new Mail(settings.mail(), clock));
        }
        return channels;
    }

    /**
     * Notifies everyone, all at the same time; those who cannot be reached within that time are given up.
     *
     * @return those who were not notified
     */
    List<NotReached> send(Notice notice, Duration within) {
        return send(notice, within, within, () -> false);
    }

    /**
     * Notifies everyone, all at the same time; those who cannot be reached within that time are given up.
     *
     * @param inAHurry within which time where there is haste: from the beginning, or from the moment when haste arises
     * @param haste is asked again and again
     * @return those who were not notified
     */
    public List<NotReached> send(Notice notice, Duration within, Duration inAHurry, BooleanSupplier haste) {
        Deadline end = new Deadline(haste.getAsBoolean() ? inAHurry : within, inAHurry, haste);
        Map<Channel, Future<@Nullable String>> under = new LinkedHashMap<>();
        for (Channel channel : channels) {
            under.put(channel, begin(channel, notice, end));
        }
        List<NotReached> failures = new ArrayList<>();
        under.forEach((channel, sending) -> {
            String why = outcome(sending, end);
            if (why == null) {
                LOG.info("notice sent: {}", channel.name());
            } else {
                NotReached failure = new NotReached(channel.what(), channel.name(), why);
                LOG.warn("{}", failure);
                failures.add(failure);
            }
        });
        return failures;
    }

    /** On a thread that keeps nothing alive: one that hangs is left behind. */
    private Future<@Nullable String> begin(Channel channel, Notice notice, Deadline end) {
        FutureTask<@Nullable String> task = new FutureTask<>(() -> tell(channel, notice, end));
        Thread thread = new Thread(LogContext.carriedInto(task), "notice");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static @Nullable String outcome(Future<@Nullable String> sending, Deadline end) {
        try {
            while (true) {
                try {
                    return sending.get(Math.min(end.left(), LOOK.toNanos()), TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    if (end.left() == 0) {
                        sending.cancel(true);
                        return "given up after " + end.taken().toSeconds() + " s without an answer";
                    }
                }
            }
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            LOG.error("a notice failed unexpectedly", cause);
            return "unexpected: " + cause.getClass().getSimpleName() + "; the log file says where";
        } catch (InterruptedException e) {
            sending.cancel(true);
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /** Why it was not sent; null if it was. */
    private @Nullable String tell(Channel channel, Notice notice, Deadline end) throws InterruptedException {
        Duration pause = backOff;
        for (int tried = 1; ; tried++) {
            Attempt attempt = channel.attempt(notice, Duration.ofNanos(Math.max(1, end.left())));
            if (attempt instanceof Attempt.Sent) {
                return null;
            }
            if (attempt instanceof Attempt.Refused refused) {
                return refused.why();
            }
            Attempt.Failed failed = (Attempt.Failed) attempt;
            String why = tried == 1 ? failed.why() : "%s, the last of %d tries".formatted(failed.why(), tried);
            if (tried == TRIES) {
                return why;
            }
            Duration wait = failed.after().compareTo(pause) > 0 ? failed.after() : pause;
            if (wait.compareTo(Duration.ofNanos(end.left())) >= 0) {
                return why
                        + (failed.after().isZero()
                                ? ", and no time is left for another try"
                                : ", and wants to be left alone for %d s, longer than is waited for"
                                        .formatted(wait.toSeconds()));
            }
            TimeUnit.NANOSECONDS.sleep(wait.toNanos());
            pause = pause.multipliedBy(2);
        }
    }
}

package dev.offboarding.notice;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Calls the address of somebody who watches for a sign of life: one GET, without a body. Silence is the alarm, and whoever waits for the
 * sign raises it.
 */
public final class Heartbeat implements Channel {

    /** Where it stands in the address, the run's exit code is put in its place. */
    public static final String EXIT_CODE = "EXIT_CODE";

    private final URI address;
    private final WebCall call;

    /** @param exitCode of the run that is over */
    public Heartbeat(WebhookUrl url, int exitCode) {
        this(url, exitCode, WebCall.ANSWER);
    }

    /** @param answer how long one try may take */
    Heartbeat(WebhookUrl url, int exitCode, Duration answer) {
        this.address = URI.create(url.uri().toString().replace(EXIT_CODE, String.valueOf(exitCode)));
        this.call = new WebCall(answer);
    }

    /**
     * Calls it. Never throws.
     *
     * @param within how long all tries may take
     * @param inAHurry the same where there is haste
     * @return empty if it was reached
     */
    public List<NotReached> send(Duration within, Duration inAHurry, BooleanSupplier haste) {
        return new Notifier(List.of(this), Duration.ofSeconds(1))
                .send(new Notice(name(), List.of()), within, inAHurry, haste);
    }

    @Override
    public String name() {
        return "heartbeat at " + address.getHost();
    }

    @Override
    public NotReached.What what() {
        return NotReached.What.SIGN_OF_LIFE;
    }

    /** Who watches learns that, and not what. */
    @Override
    public Attempt attempt(Notice notice, Duration within) throws InterruptedException {
        return call.attempt(HttpRequest.newBuilder(address).GET().build(), within);
    }
}

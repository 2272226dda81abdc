package dev.offboarding.notice;

import java.net.http.HttpRequest;
import java.time.Duration;

/** Calls a webhook. */
final class Webhook implements Channel {

    private final NoticeSettings.Webhook settings;
    private final WebCall call;

    Webhook(NoticeSettings.Webhook settings) {
        this(settings, WebCall.ANSWER);
    }

    /** @param answer how long one try may take */
    Webhook(NoticeSettings.Webhook settings, Duration answer) {
        this.settings = settings;
        this.call = new WebCall(answer);
    }

    @Override
    public String name() {
        return "webhook at " + settings.url().uri().getHost();
    }

    @Override
    public Attempt attempt(Notice notice, Duration within) throws InterruptedException {
        byte[] body = switch (settings.format()) {
            case SLACK -> SlackBody.of(notice);
            case TEAMS -> TeamsBody.of(notice);
        };
        HttpRequest request = HttpRequest.newBuilder(settings.url().uri())
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return call.attempt(request, within);
    }
}

package dev.offboarding.notice;

import java.net.URI;

/** Where a webhook is called. Its path or its query is what lets a caller in, so nothing but its host is ever shown. */
public record WebhookUrl(URI uri) {
    @Override
    public String toString() {
        return uri.getScheme() + "://" + uri.getHost() + "/***";
    }
}

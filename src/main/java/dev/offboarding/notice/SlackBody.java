package dev.offboarding.notice;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * A notice as Slack's incoming webhooks take it: {@code text} for the line in a notification, and blocks of {@code plain_text}, in which
 * nothing is markup. What Slack reads as its own, {@code & < >}, is escaped in both.
 */
final class SlackBody {

    /** Slack takes 3,000 characters per block. Escaping may make five of one. */
    private static final int BLOCK = 3_000;

    private static final int MOST = 8_000;

    private SlackBody() {}

    static byte[] of(Notice whole) {
        Notice notice = whole.within(MOST);
        List<Object> blocks = new ArrayList<>();
        blocks.add(block(escaped(notice.headline())));
        for (Notice.Paragraph paragraph : notice.paragraphs()) {
            StringBuilder text = new StringBuilder(escaped(paragraph.heading()));
            for (String line : paragraph.lines()) {
                String next = escaped(line);
                if (text.length() + next.length() + 1 > BLOCK) {
                    blocks.add(block(text.toString()));
                    text.setLength(0);
                }
                text.append(text.isEmpty() ? "" : "\n").append(next);
            }
            if (!text.isEmpty()) {
                blocks.add(block(text.toString()));
            }
        }
        if (notice.link() != null) {
            // the only markup that there is, of an address that the job file has
            String link = escaped(notice.link().toString()).replace("|", "%7C");
            blocks.add(Map.of(
                    "type",
                    "section",
                    "text",
                    Map.of("type", "mrkdwn", "text", "<%s|Open the report>".formatted(link), "verbatim", true)));
        }
        return JsonMapper.shared()
                .writeValueAsBytes(Map.of(
                        "text", escaped(notice.headline()),
                        "mrkdwn", false,
                        "unfurl_links", false,
                        "unfurl_media", false,
                        "blocks", blocks));
    }

    private static Map<String, Object> block(String text) {
        return Map.of("type", "section", "text", Map.of("type", "plain_text", "text", text, "emoji", false));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}

package dev.offboarding.notice;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * A notice as the webhook of a Teams workflow takes it: a message with one adaptive card. Its texts are runs of rich text blocks, which
 * unlike text blocks and facts know no Markdown, so that nothing is markup.
 */
final class TeamsBody {

    /** Teams takes 28 KB; a character may be four bytes, and a line costs 150 beside its text. */
    private static final int MOST = 4_000;

    private TeamsBody() {}

    static byte[] of(Notice whole) {
        Notice notice = whole.within(MOST);
        List<Object> body = new ArrayList<>();
        body.add(line(notice.headline(), true, true));
        for (Notice.Paragraph paragraph : notice.paragraphs()) {
            boolean first = true;
            if (!paragraph.heading().isEmpty()) {
                body.add(line(paragraph.heading(), true, true));
                first = false;
            }
            for (String line : paragraph.lines()) {
                body.add(line(line, false, first));
                first = false;
            }
        }
        Map<String, Object> card = new LinkedHashMap<>();
        card.put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
        card.put("type", "AdaptiveCard");
        card.put("version", "1.4");
        card.put("fallbackText", notice.headline());
        card.put("msteams", Map.of("width", "Full"));
        card.put("body", body);
        URI link = notice.link();
        if (link != null) {
            card.put(
                    "actions",
                    List.of(Map.of("type", "Action.OpenUrl", "title", "Open the report", "url", link.toString())));
        }
        return JsonMapper.shared()
                .writeValueAsBytes(Map.of(
                        "type",
                        "message",
                        "attachments",
                        List.of(Map.of("contentType", "application/vnd.microsoft.card.adaptive", "content", card))));
    }

    private static Map<String, Object> line(String text, boolean bold, boolean apart) {
        return Map.of(
                "type",
                "RichTextBlock",
                "spacing",
                apart ? "Medium" : "None",
                "inlines",
                List.of(Map.of("type", "TextRun", "text", text, "weight", bold ? "Bolder" : "Default")));
    }
}

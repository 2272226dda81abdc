package dev.offboarding.notice;

import dev.offboarding.kit.OneLine;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What people are notified of. All of it is text and no markup, whatever it looks like; no line has a line break or a control character in
 * it, and none is longer than {@value #LONGEST_LINE} characters.
 *
 * @param headline what happened, in one line
 * @param link where more of it is found in a browser; null if nowhere
 */
public record Notice(
        String headline,
        List<Paragraph> paragraphs,
        @Nullable URI link) {

    static final int LONGEST_LINE = 300;

    public Notice {
        headline = oneLine(headline);
        paragraphs = List.copyOf(paragraphs);
    }

    public Notice(String headline, List<Paragraph> paragraphs) {
        this(headline, paragraphs, null);
    }

    /** @param heading may be empty */
    public record Paragraph(String heading, List<String> lines) {
        public Paragraph {
            heading = oneLine(heading);
            lines = lines.stream().map(Notice::oneLine).toList();
        }
    }

    /** The same, without what would make it longer than so many characters. */
    Notice within(int characters) {
        int left = characters - headline.length();
        List<Paragraph> kept = new ArrayList<>();
        for (Paragraph paragraph : paragraphs) {
            List<String> lines = new ArrayList<>();
            left -= paragraph.heading.length();
            for (String line : paragraph.lines) {
                left -= line.length() + 1;
                if (left < 0) {
                    lines.add("… the rest is in the report");
                    kept.add(new Paragraph(paragraph.heading, lines));
                    return new Notice(headline, kept, link);
                }
                lines.add(line);
            }
            kept.add(paragraph);
        }
        return this;
    }

    /** A text as lines of its own: one where it fits into one, otherwise one per sentence, because what can be done stands in the last. */
    public static List<String> lines(String text) {
        return text.length() <= LONGEST_LINE ? List.of(text) : List.of(text.split("(?<=\\.) (?=\\p{Lu})"));
    }

    private static String oneLine(String text) {
        String line = OneLine.of(text);
        return line.length() <= LONGEST_LINE ? line : OneLine.cut(line, LONGEST_LINE - 1);
    }
}

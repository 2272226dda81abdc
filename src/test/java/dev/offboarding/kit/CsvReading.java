package dev.offboarding.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** RFC 4180 to the letter: libraries are kinder, and lose a lone carriage return. */
public final class CsvReading {
    private CsvReading() {}

    public static List<List<String>> file(Path file) throws IOException {
        String text = Files.readString(file);
        if (!text.startsWith("\uFEFF")) {
            throw new AssertionError(file + " has no byte order mark");
        }
        return rows(text.substring(1));
    }

    public static List<List<String>> rows(String text) {
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            StringBuilder cell = new StringBuilder();
            if (text.charAt(at) == '"') {
                at++;
                while (text.charAt(at) != '"' || text.startsWith("\"\"", at)) {
                    cell.append(text.charAt(at));
                    at += text.charAt(at) == '"' ? 2 : 1;
                }
                at++;
            } else {
                while (",\r".indexOf(text.charAt(at)) < 0) {
                    cell.append(text.charAt(at++));
                }
            }
            row.add(cell.toString());
            if (text.startsWith("\r\n", at)) {
                rows.add(row);
                row = new ArrayList<>();
                at += 2;
            } else if (text.charAt(at) == ',') {
                at++;
            } else {
                throw new AssertionError("neither a comma nor CRLF at " + at);
            }
        }
        return rows;
    }
}

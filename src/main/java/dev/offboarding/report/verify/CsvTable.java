package dev.offboarding.report.verify;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A CSV file of a report, row by row, read to the letter: UTF-8, a byte order mark, commas, CRLF, quotes as in RFC 4180. */
final class CsvTable {
    /** Of one row, its cells counted along: a list's own row has no more than a million. */
    private static final int MOST = 8 << 20;

    private final String file;
    private final Reader in;
    private final StringBuilder cell = new StringBuilder();
    private final char[] buffer = new char[1 << 14];
    private int at;
    private int end;
    private int next;
    private long line = 1;
    private long rowLine;
    private int taken;

    CsvTable(String file, InputStream bytes) {
        this.file = file;
        this.in = new InputStreamReader(
                bytes,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
        advance();
        holds(next == '\uFEFF', "first character", "a byte order mark");
        advance();
    }

    /** The next row; null after the last. */
    @Nullable
    List<String> row() {
        rowLine = line;
        taken = 0;
        if (next < 0) {
            return null;
        }
        List<String> cells = new ArrayList<>();
        while (true) {
            cells.add(next == '"' ? quoted() : plain());
            taken++;
            notTooLong();
            if (next == ',') {
                advance();
                continue;
            }
            holds(next == '\r', "after a cell", "a comma or a line break");
            advance();
            holds(next == '\n', "after a carriage return", "a line feed");
            line++;
            advance();
            return cells;
        }
    }

    /** Of the row that was read last: where it begins. */
    Place place() {
        return new Place(file, rowLine);
    }

    private Place here() {
        return new Place(file, line);
    }

    private void holds(boolean holds, String what, String expected) {
        if (!holds) {
            throw here().off(what, expected, shown(next));
        }
    }

    private String quoted() {
        cell.setLength(0);
        advance();
        while (true) {
            holds(next >= 0, "a quoted cell", "its closing quote");
            if (next == '"') {
                advance();
                if (next != '"') {
                    return cell.toString();
                }
            }
            if (next == '\n') {
                line++;
            }
            append();
        }
    }

    private String plain() {
        int from = at - 1;
        int to = from;
        while (next >= 0 && to < end && buffer[to] != ',' && buffer[to] != '\r') {
            if (buffer[to] == '"' || buffer[to] == '\n') {
                break; // said below
            }
            to++;
        }
        if (next >= 0 && to < end && (buffer[to] == ',' || buffer[to] == '\r')) {
            taken += to - from;
            notTooLong();
            at = to;
            advance();
            return new String(buffer, from, to - from);
        }
        cell.setLength(0);
        while (next >= 0 && next != ',' && next != '\r') {
            if (next == '"' || next == '\n') {
                throw here().off("a cell without quotes", "no quote and no line feed", shown(next));
            }
            append();
        }
        return cell.toString();
    }

    private void append() {
        cell.append((char) next);
        taken++;
        notTooLong();
        advance();
    }

    private void notTooLong() {
        if (taken > MOST) { // asked at every character, so the words are made only where they are needed
            throw place().off("length of the row", "at most %,d characters".formatted(MOST), "more");
        }
    }

    private void advance() {
        if (at == end) {
            fill();
        }
        next = end < 0 ? -1 : buffer[at++];
    }

    private void fill() {
        try {
            at = 0;
            end = in.read(buffer, 0, buffer.length);
            if (end < 0) {
                at = end; // and stays there
            }
        } catch (CharacterCodingException e) {
            throw here().off("text", "UTF-8", "bytes that are none");
        } catch (IOException e) {
            throw here().off("the file", "readable", String.valueOf(e.getMessage()));
        }
    }

    private static String shown(int c) {
        return c < 0 ? "the end of the file" : "'" + (char) c + "'";
    }
}

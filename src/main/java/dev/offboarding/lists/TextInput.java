package dev.offboarding.lists;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The characters of a list, with their places. What cannot be decoded, and NUL, comes as U+FFFD and is remembered as a
 * flaw, so that the rows of a list that has to be refused can still be distinguished. Lines end with LF, CRLF or CR.
 */
final class TextInput {
    static final int END = -1;

    /** Both from 1. Becomes text only when it is needed: there is one for each cell. */
    record Place(long line, long column) {
        @Override
        public String toString() {
            return "line %d, character %d".formatted(line, column);
        }
    }

    private static final String SAVE_AS =
            "Open it where it was made and choose File ▸ Save as ▸ CSV UTF-8 (comma delimited).";
    private static final char REPLACEMENT = '\uFFFD';

    private final InputStream in;
    private final Charset charset;
    private final CharsetDecoder decoder;
    private final ByteBuffer bytes = ByteBuffer.allocate(16_384);
    private final CharBuffer chars = CharBuffer.allocate(16_384).limit(0);
    private boolean inputEnded;
    private boolean malformed;
    private boolean afterCarriageReturn;
    private long line = 1;
    private long column = 1;
    private @Nullable ListRefusedException flaw;

    /** Finds out the encoding: what a byte order mark says, or else UTF-8. */
    TextInput(InputStream in) throws IOException {
        this.in = in;
        byte[] start = in.readNBytes(3);
        int mark;
        if (startsWith(start, 0xEF, 0xBB, 0xBF)) {
            charset = StandardCharsets.UTF_8;
            mark = 3;
        } else if (startsWith(start, 0xFE, 0xFF)) {
            charset = StandardCharsets.UTF_16BE;
            mark = 2;
        } else if (startsWith(start, 0xFF, 0xFE)) {
            charset = StandardCharsets.UTF_16LE;
            mark = 2;
        } else {
            charset = StandardCharsets.UTF_8;
            mark = 0;
        }
        bytes.put(start, mark, start.length - mark).flip();
        decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    static TextInput of(String text) {
        try {
            return new TextInput(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory cannot fail", e);
        }
    }

    private static boolean startsWith(byte[] bytes, int... mark) {
        if (bytes.length < mark.length) {
            return false;
        }
        for (int i = 0; i < mark.length; i++) {
            if ((bytes[i] & 0xFF) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    /** The next character, left where it is, or {@link #END}. */
    int peek() throws IOException {
        if (!chars.hasRemaining() && !fill()) {
            return END;
        }
        char c = chars.get(chars.position());
        return c == 0 ? REPLACEMENT : c;
    }

    /** The next character, or {@link #END}. */
    int read() throws IOException {
        if (!chars.hasRemaining() && !fill()) {
            return END;
        }
        char c = chars.get();
        if (malformed) {
            malformed = false;
            note("%s: the bytes here are not text in %s".formatted(place(), charset.name()), SAVE_AS);
        } else if (c == 0) {
            note(
                    "%s: there is a NUL character".formatted(place()),
                    "This is not text, or it is UTF-16 without a byte order mark. " + SAVE_AS);
            c = REPLACEMENT;
        }
        advance(c);
        return c;
    }

    private void note(String problem, String remedy) {
        if (flaw == null) {
            flaw = new ListRefusedException(problem, remedy);
        }
    }

    private void advance(char c) {
        if (c == '\n' && afterCarriageReturn) {
            afterCarriageReturn = false;
            return;
        }
        afterCarriageReturn = c == '\r';
        if (c == '\n' || c == '\r') {
            line++;
            column = 1;
        } else {
            column++;
        }
    }

    private boolean fill() throws IOException {
        chars.clear();
        while (true) {
            CoderResult result = decoder.decode(bytes, chars, inputEnded);
            if (chars.position() > 0) {
                break;
            }
            if (result.isError()) {
                bytes.position(bytes.position() + result.length());
                malformed = true;
                chars.put(REPLACEMENT);
                break;
            }
            if (inputEnded) {
                chars.limit(0);
                return false;
            }
            bytes.compact();
            int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
            if (count < 0) {
                inputEnded = true;
            } else {
                bytes.position(bytes.position() + count);
            }
            bytes.flip();
        }
        chars.flip();
        return true;
    }

    /** Line of the next character, from 1. */
    long line() {
        return line;
    }

    /** Where the next character is, for people. */
    Place place() {
        return new Place(line, column);
    }

    /** The first flaw so far. */
    @Nullable
    ListRefusedException flaw() {
        return flaw;
    }
}

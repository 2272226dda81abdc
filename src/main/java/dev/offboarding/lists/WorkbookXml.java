package dev.offboarding.lists;

import java.io.CharConversionException;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * One part of a workbook, element by element. No document type, no entity, nothing from elsewhere, and of nothing more in memory than a cell
 * may need: a workbook comes from outside.
 */
final class WorkbookXml implements Closeable {
    private static final int MOST_DEPTH = 64;
    /** What may be read, in bytes, before the next element, text or attribute has to be complete. */
    private static final int MOST_AT_ONCE = 4 << 20;

    private final String part;
    private final Allowance in;
    private final XMLStreamReader xml;
    private int depth;
    private boolean crossedOut;

    WorkbookXml(String part, InputStream in) throws IOException {
        this.part = part;
        this.in = new Allowance(in);
        // not whatever parser the class path may have
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("nothing is read from elsewhere");
        });
        try {
            xml = factory.createXMLStreamReader(this.in, "UTF-8");
        } catch (XMLStreamException | RuntimeException e) {
            throw broken(e);
        }
    }

    /** The next event of the parser: only {@code START_ELEMENT}, {@code END_ELEMENT}, text and {@code END_DOCUMENT} matter. */
    int next() throws IOException {
        in.left = MOST_AT_ONCE;
        int event;
        try {
            event = xml.next();
        } catch (XMLStreamException | RuntimeException e) {
            throw broken(e);
        }
        if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
            throw WorkbookParts.broken(
                    "its part %s declares or uses entities of its own".formatted(Whitespace.quote(part)), null);
        }
        if (event == XMLStreamConstants.START_ELEMENT) {
            depth++;
            if (depth > MOST_DEPTH) {
                throw WorkbookParts.broken("its part %s is nested too deeply".formatted(Whitespace.quote(part)), null);
            }
        } else if (event == XMLStreamConstants.END_ELEMENT) {
            depth--;
        }
        return event;
    }

    private RuntimeException broken(Exception e) throws IOException {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ListRefusedException refused) {
                return refused;
            }
            if (cause instanceof IOException io && !(cause instanceof CharConversionException)) {
                throw io;
            }
        }
        return WorkbookParts.broken("its part %s is not what it should be".formatted(Whitespace.quote(part)), e);
    }

    /** Whether this event begins such an element. */
    boolean begins(int event, String name) {
        return event == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals(name);
    }

    boolean ends(int event, String name) {
        return event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals(name);
    }

    /** Moves on to the next beginning of such an element; false if there is none. */
    boolean find(String name) throws IOException {
        int event = next();
        while (event != XMLStreamConstants.END_DOCUMENT && !begins(event, name)) {
            event = next();
        }
        return event != XMLStreamConstants.END_DOCUMENT;
    }

    /** An attribute of the element that begins here, whatever its namespace; null if it has none. */
    @Nullable
    String attribute(String name) {
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            if (xml.getAttributeLocalName(i).equals(name)) {
                return xml.getAttributeValue(i);
            }
        }
        return null;
    }

    boolean isTrue(String attribute) {
        String value = attribute(attribute);
        return "1".equals(value) || "true".equals(value);
    }

    /** Of a property such as bold, which need not say that it holds. */
    boolean isSwitchedOn() {
        return attribute("val") == null || isTrue("val");
    }

    /** Passes over everything that is left: only at its end it is known whether a part is whole. */
    void finish() throws IOException {
        int event = next();
        while (event != XMLStreamConstants.END_DOCUMENT) {
            event = next();
        }
    }

    /** Passes over the element that begins here. */
    void skip() throws IOException {
        int within = depth;
        while (depth >= within) {
            next();
        }
    }

    /** The text of the element that begins here, and of those in it but for pronunciations; to its end. */
    String text(int most) throws IOException {
        StringBuilder text = new StringBuilder();
        int within = depth;
        boolean struck = false;
        crossedOut = false;
        while (depth >= within) {
            int event = next();
            if (begins(event, "rPh")) {
                skip();
            } else if (begins(event, "strike")) {
                struck = isSwitchedOn();
            } else if (ends(event, "r")) {
                struck = false;
            } else if (event == XMLStreamConstants.CHARACTERS
                    || event == XMLStreamConstants.CDATA
                    || event == XMLStreamConstants.SPACE) {
                if (text.length() + xml.getTextLength() > most) {
                    throw new ListRefusedException(
                            "the workbook has a text in it that is longer than %,d characters".formatted(most),
                            "Is this a list? If so, shorten that cell.");
                }
                text.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
                crossedOut |= struck && !Whitespace.trim(xml.getText()).isEmpty();
            }
        }
        return text.toString();
    }

    /** Whether there is a line through some of the text that was read last. */
    boolean textIsCrossedOut() {
        return crossedOut;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Ends with an error where one step of the parser takes more than it may. */
    private static final class Allowance extends FilterInputStream {
        private long left = MOST_AT_ONCE;

        Allowance(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            counted(one < 0 ? 0 : 1);
            return one;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            counted(Math.max(0, read));
            return read;
        }

        private void counted(int read) {
            left -= read;
            if (left < 0) {
                throw new ListRefusedException(
                        "the workbook has something in it that is longer than %,d bytes and no cell"
                                .formatted(MOST_AT_ONCE),
                        "Copy the list alone into a new workbook, and put that in.");
            }
        }
    }
}

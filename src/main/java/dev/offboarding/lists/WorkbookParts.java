package dev.offboarding.lists;

import dev.offboarding.kit.FileFault;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a workbook, which is a ZIP archive. It is read from a copy: an archive is not read from its beginning to its end, and only
 * bytes whose digest is known are a list. However small a part seems, it is never unpacked beyond a limit.
 */
final class WorkbookParts implements Closeable {
    /** In bytes; a list of a million rows has less. */
    private static final long MOST_PACKED = 64L << 20;
    /** Of all parts that are read, in bytes. */
    private static final long MOST_UNPACKED = 256L << 20;

    private static final int MOST_PARTS = 10_000;
    private static final byte[] OLE = {(byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0};

    private final Path copy;
    private final ZipFile archive;
    private final Map<String, ZipEntry> parts = new HashMap<>();
    private long unpacked;

    /**
     * @throws ListRefusedException if it is no archive, or not a whole one
     * @throws IOException if it cannot be read, or no copy of it can be made
     */
    WorkbookParts(InputStream in) throws IOException {
        try {
            copy = Files.createTempFile("offboarding-", ".xlsx");
        } catch (IOException e) {
            throw noRoom(e);
        }
        try {
            copy(in);
            archive = open(copy);
        } catch (IOException | RuntimeException | Error e) {
            Files.deleteIfExists(copy);
            throw e;
        }
        try {
            list();
        } catch (IOException | RuntimeException | Error e) {
            try (this) {
                throw e;
            }
        }
    }

    private static void write(OutputStream out, byte[] buffer, int length) {
        try {
            out.write(buffer, 0, length);
        } catch (IOException e) {
            throw noRoom(e);
        }
    }

    /** Nothing is wrong with the workbook. */
    private static ListRefusedException noRoom(IOException why) {
        String folder = System.getProperty("java.io.tmpdir");
        return new ListRefusedException(
                "nothing is wrong with the workbook, but the copy that is needed to read it could not be made in %s (%s)"
                        .formatted(folder, FileFault.inWords(why)),
                "Make room there, or look at its rights, and put the workbook in again.");
    }

    private void copy(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long length = 0;
        try (OutputStream out = Files.newOutputStream(copy)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (length == 0) {
                    refuseOtherThanArchives(buffer, read);
                }
                length += read;
                if (length > MOST_PACKED) {
                    throw new ListRefusedException(
                            "the workbook is larger than %,d bytes".formatted(MOST_PACKED),
                            "Copy the list alone into a new workbook, or save it as CSV UTF-8, and put that into the inbox.");
                }
                write(out, buffer, read);
            }
        }
        if (length == 0) {
            throw new ListRefusedException("the file is empty", "Save the workbook again, and put it in again.");
        }
    }

    private static void refuseOtherThanArchives(byte[] start, int length) {
        if (length >= OLE.length && Arrays.equals(start, 0, OLE.length, OLE, 0, OLE.length)) {
            throw new ListRefusedException(
                    "the workbook is protected with a password, or is an old one (.xls) under a new name",
                    "Open it, remove the password (File ▸ Info ▸ Protect Workbook ▸ Encrypt with Password), choose Save as ▸ Excel Workbook (.xlsx), and put it in again.");
        }
        if (length < 2 || start[0] != 'P' || start[1] != 'K') {
            throw new ListRefusedException(
                    "the file is not a workbook, whatever its name says",
                    "If it is a CSV file give it a name that ends in .csv; else open it and choose Save as ▸ Excel Workbook (.xlsx).");
        }
    }

    private static ZipFile open(Path copy) throws IOException {
        try {
            return new ZipFile(copy.toFile());
        } catch (ZipException e) {
            throw broken("it is not a whole archive", e);
        }
    }

    private void list() throws IOException {
        if (archive.size() > MOST_PARTS) {
            throw broken("it has %,d parts".formatted(archive.size()), null);
        }
        for (ZipEntry entry : Collections.list(archive.entries())) {
            // two parts of one name are two workbooks, and which of them somebody has looked at is not known
            if (parts.put(key(entry.getName()), entry) != null) {
                throw broken("two of its parts have the name " + Whitespace.quote(entry.getName()), null);
            }
        }
    }

    /** Names of parts are compared so. */
    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    static ListRefusedException broken(String why, @Nullable Exception cause) {
        ListRefusedException refused = new ListRefusedException(
                "the workbook cannot be read (%s): it may have been cut off".formatted(why),
                "Open it in Excel or LibreOffice, save it again, and put the whole file in again.");
        if (cause != null) {
            refused.initCause(cause);
        }
        return refused;
    }

    boolean has(String name) {
        return parts.containsKey(key(name));
    }

    boolean hasAny(Predicate<String> ofNames) {
        return parts.keySet().stream().anyMatch(ofNames);
    }

    /** @throws ListRefusedException if there is no such part */
    WorkbookXml read(String name) throws IOException {
        ZipEntry entry = parts.get(key(name));
        if (entry == null) {
            throw broken("its part %s is missing".formatted(Whitespace.quote(name)), null);
        }
        InputStream in = archive.getInputStream(entry);
        if (in == null) {
            throw broken("its part %s is missing".formatted(Whitespace.quote(name)), null);
        }
        return new WorkbookXml(name, new Part(name, in, entry.getCrc()));
    }

    @Override
    public void close() throws IOException {
        try (archive) {
            // on some systems a file that is open cannot be deleted
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    /** One part, as long as there is still room for it; at its end it has to be the one that was packed. */
    private final class Part extends FilterInputStream {
        private final String name;
        private final long expected;
        private final CRC32 crc = new CRC32();

        Part(String name, InputStream in, long expected) {
            super(in);
            this.name = name;
            this.expected = expected;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read;
            try {
                read = in.read(bytes, offset, length);
            } catch (ZipException | EOFException e) {
                throw broken("its part %s is damaged".formatted(Whitespace.quote(name)), e);
            }
            if (read < 0) {
                if (expected >= 0 && crc.getValue() != expected) {
                    throw broken("its part %s is damaged".formatted(Whitespace.quote(name)), null);
                }
                return read;
            }
            crc.update(bytes, offset, read);
            unpacked += read;
            if (unpacked > MOST_UNPACKED) {
                throw new ListRefusedException(
                        "the workbook has more than %,d bytes in it once it is unpacked".formatted(MOST_UNPACKED),
                        "Is this a list? If so, copy its rows alone into a new workbook, or split it.");
            }
            return read;
        }

        @Override
        public long skip(long n) {
            throw new UnsupportedOperationException("what is skipped is not counted");
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}

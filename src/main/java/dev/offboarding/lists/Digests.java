package dev.offboarding.lists;

import dev.offboarding.kit.RegularFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256. */
final class Digests {
    private Digests() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static String ofFile(Path file) throws IOException {
        try (InputStream in = RegularFile.open(file, Long.MAX_VALUE)) {
            return ofAll(new DigestInputStream(in, sha256()));
        }
    }

    /** The digest of everything that has been read and is still to be read from a stream, in hexadecimal. */
    static String ofAll(DigestInputStream in) throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
        return HexFormat.of().formatHex(in.getMessageDigest().digest());
    }
}

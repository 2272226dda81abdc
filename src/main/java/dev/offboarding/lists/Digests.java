package dev.offboarding.lists;

import dev.offboarding.kit.RegularFile;
import dev.offboarding.kit.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;

/** SHA-256 of files. */
final class Digests {
    private Digests() {}

    static String ofFile(Path file) throws IOException {
        try (InputStream in = RegularFile.open(file, Long.MAX_VALUE)) {
            return ofAll(new DigestInputStream(in, Sha256.begin()));
        }
    }

    /** The digest of everything that has been read and is still to be read from a stream, in hexadecimal. */
    static String ofAll(DigestInputStream in) throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
        return Sha256.hex(in.getMessageDigest().digest());
    }
}

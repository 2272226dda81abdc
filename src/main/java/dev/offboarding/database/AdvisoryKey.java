package dev.offboarding.database;

import dev.offboarding.kit.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** PostgreSQL's advisory locks know numbers only, and share them with every other program on the database. */
final class AdvisoryKey {
    private AdvisoryKey() {}

    static long of(String purpose, String name) {
        byte[] hash = Sha256.of(("dev.offboarding/" + purpose + "/" + name).getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(hash).getLong();
    }
}

package dev.offboarding.database;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** PostgreSQL's advisory locks know numbers only, and share them with every other program on the database. */
final class AdvisoryKey {
    private AdvisoryKey() {}

    static long of(String purpose, String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(("dev.offboarding/" + purpose + "/" + name).getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(hash).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}

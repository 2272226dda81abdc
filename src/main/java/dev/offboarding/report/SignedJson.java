package dev.offboarding.report;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON that can be signed: what is hashed and signed are bytes, so they are the same on every system. What is signed are those of the record
 * without the characters of the signature's {@code value}.
 */
final class SignedJson {
    private static final DefaultPrettyPrinter LAYOUT =
            new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));

    private static final String SIGNATURE = "signature";
    private static final String VALUE = "value";

    private SignedJson() {}

    /** As the record's next property, so far without a value; null where nobody signs. */
    static void prepare(ObjectNode record, @Nullable SigningKey key) {
        if (key == null) {
            record.putNull(SIGNATURE);
            return;
        }
        record.putObject(SIGNATURE)
                .put("algorithm", SigningKey.ALGORITHM)
                .put("public_key", key.publicKey())
                .put("public_key_sha256", key.fingerprint())
                .put(VALUE, "");
    }

    /** Once everything else is in the record. */
    static void sign(ObjectNode record, @Nullable SigningKey key) {
        if (key != null) {
            ((ObjectNode) record.get(SIGNATURE)).put(VALUE, key.sign(bytes(record)));
        }
    }

    static byte[] bytes(ObjectNode record) {
        return (ReportJson.MAPPER.writer().with(LAYOUT).writeValueAsString(record) + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}

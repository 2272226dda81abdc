package dev.offboarding.kit;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a PEM text (RFC 7468). Spring Boot's own reader takes keys in forms that this program refuses, and where it finds none it
 * does not say what there is instead.
 */
public final class Pem {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private Pem() {}

    /** What the first block with this label holds, nothing if that is garbled; null if there is no such block. */
    public static byte @Nullable [] block(String text, String label) {
        Matcher blocks = BLOCK.matcher(text);
        while (blocks.find()) {
            if (blocks.group(1).equals(label)) {
                try {
                    return Base64.getMimeDecoder().decode(blocks.group(2));
                } catch (IllegalArgumentException e) {
                    return new byte[0];
                }
            }
        }
        return null;
    }

    /** The label of the last block; empty if there is none. */
    public static String lastLabel(String text) {
        String label = "";
        for (Matcher blocks = BLOCK.matcher(text); blocks.find(); ) {
            label = blocks.group(1);
        }
        return label;
    }
}

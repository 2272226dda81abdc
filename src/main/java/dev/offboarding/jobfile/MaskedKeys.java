package dev.offboarding.jobfile;

import dev.offboarding.jobfile.YamlText.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a job file said, for a report that outlives it: every key with its value as it was written, {@code ${VARIABLE}} unresolved, and
 * no secret. Comments are left out, since a secret may be in one.
 */
final class MaskedKeys {
    static final String MASK = "***";

    private static final Pattern SECRET_KEY = Pattern.compile(
            "(?i)password|passphrase|passwd|secret|token|credential|private-?key$|webhook[._-]*url$|heartbeat$");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{[A-Za-z_][A-Za-z0-9_.-]*}");
    private static final Pattern SECRET_IN_TEXT = Pattern.compile(
            "(?i)((?:password|passwd|passphrase|secret|token)\\s*=\\s*)(?!\\$\\{[A-Za-z_][\\w.-]*}(?:[&;\\s]|$))[^&;\\s]+");
    private static final Pattern USER_IN_ADDRESS = Pattern.compile("//[^/@\\s]+@");

    private MaskedKeys() {}

    static Map<String, String> of(YamlText yaml) {
        Map<String, String> keys = new LinkedHashMap<>();
        yaml.entries().stream()
                .filter(entry -> entry.kind() == Kind.VALUE)
                .forEach(entry -> keys.put(entry.name(), masked(entry.name(), entry.text())));
        return keys;
    }

    /** Whether what is called so is a secret, by its name. */
    static boolean isSecret(String key) {
        return SECRET_KEY.matcher(key).find();
    }

    static String masked(String key, String text) {
        if (text.isBlank() || VARIABLE.matcher(text.strip()).matches()) {
            return text;
        }
        if (isSecret(key)) {
            return MASK;
        }
        String masked = SECRET_IN_TEXT.matcher(text).replaceAll("$1" + MASK);
        return USER_IN_ADDRESS.matcher(masked).replaceAll("//" + MASK + "@");
    }
}

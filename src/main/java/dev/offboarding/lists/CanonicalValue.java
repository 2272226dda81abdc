package dev.offboarding.lists;

import com.ibm.icu.text.IDNA;
import com.ibm.icu.util.ICUException;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Values as they are understood: two texts mean the same company name, or the same domain, if and only if these are equal.
 */
public final class CanonicalValue {

    private static final Pattern WHITE_SPACE = Pattern.compile("[\\s\\p{Z}\\u0085\\u200B\\u2060\\uFEFF]+");
    private static final Pattern SCHEME = Pattern.compile("^https?://");
    private static final Pattern PATH = Pattern.compile("[/?#].*$", Pattern.DOTALL);

    /** Non-transitional: ß stays ß. Whether a label may be registered is not asked: what is compared is what people wrote. */
    private static final IDNA UTS46 = IDNA.getUTS46Instance(IDNA.NONTRANSITIONAL_TO_ASCII);

    /** Put before what is not a valid domain: UTS 46 allows it in none, so that no valid one is equal to it. */
    private static final String INVALID = "\uFFFD";

    /** What is mapped may have become a question mark or a slash, which no host has. */
    private static final Pattern HOST = Pattern.compile("[a-z0-9_-][a-z0-9._-]*");

    private CanonicalValue() {}

    /**
     * Trimmed, white space folded, NFC, lower case. Never through upper case: that makes ı an i and ß an ss. Empty only where there is
     * nothing to be seen.
     */
    public static String companyName(String text) {
        String folded = WHITE_SPACE.matcher(Whitespace.trim(text)).replaceAll(" ");
        return nfc(nfc(folded).toLowerCase(Locale.ROOT));
    }

    /**
     * The A-labels of UTS 46, without {@code https://}, {@code www.}, a path and the final dot. What is not a valid domain is equal only to
     * the same text. Empty only where there is nothing to be seen.
     */
    public static String domain(String text) {
        String trimmed = Whitespace.trim(text);
        if (trimmed.isEmpty()) {
            return "";
        }
        String lower = nfc(nfc(trimmed).toLowerCase(Locale.ROOT));
        if (lower.startsWith(INVALID)) {
            return lower;
        }
        String host = PATH.matcher(SCHEME.matcher(lower).replaceFirst("")).replaceFirst("");
        String name = labels(host);
        return name == null ? INVALID + lower : withoutWww(name);
    }

    /** Null where it is not one. */
    private static @Nullable String labels(String host) {
        IDNA.Info info = new IDNA.Info();
        StringBuilder labels = new StringBuilder();
        try {
            // mapped first: a full-width dot is a dot
            UTS46.nameToASCII(host, labels, info);
        } catch (ICUException e) {
            // far longer than any label, which is not an error here but an exception
            return null;
        }
        String name = withoutFinalDot(labels.toString());
        return !info.hasErrors() && HOST.matcher(name).matches() ? name : null;
    }

    private static String withoutFinalDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /** www.example has nothing before its last dot but www: there it is the name. */
    private static String withoutWww(String name) {
        return name.startsWith("www.") && name.indexOf('.', 4) > 0 ? name.substring(4) : name;
    }

    private static String nfc(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }
}

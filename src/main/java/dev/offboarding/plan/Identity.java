package dev.offboarding.plan;

import dev.offboarding.lists.Identifier;
import dev.offboarding.platform.Customer;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether an entry means the customer that its id leads to. */
final class Identity {

    private static final Pattern WHITE_SPACE = Pattern.compile("[\\s\\p{Z}\\u200B\\u2060\\uFEFF]+");

    private Identity() {}

    /** Says, for each identifier that the entry carries and that does not match, what was expected and what is there. */
    static List<String> mismatches(Candidate candidate, Customer customer, Set<Identifier> identity) {
        List<String> mismatches = new ArrayList<>();
        int carried = 0;
        for (Identifier identifier : Identifier.values()) {
            if (!identity.contains(identifier)) {
                continue;
            }
            String listed = identifier == Identifier.DOMAIN ? candidate.domain() : candidate.companyName();
            String live = identifier == Identifier.DOMAIN ? customer.domain() : customer.companyName();
            if (same(listed).isEmpty()) {
                continue;
            }
            carried++;
            if (!same(listed).equals(same(live))) {
                mismatches.add("the list says %s \"%s\", the platform has \"%s\""
                        .formatted(identifier == Identifier.DOMAIN ? "domain" : "company name", listed, live));
            }
        }
        if (carried == 0) {
            mismatches.add("the list carries none of the identifiers that this job asks for");
        }
        return mismatches;
    }

    /** Trimmed, case-insensitive, Unicode-normalised; a run of white space counts as one blank. */
    private static String same(@Nullable String text) {
        if (text == null) {
            return "";
        }
        // lower case first: a capital sharp s becomes a small one, and only that one is SS in upper case
        String folded = Normalizer.normalize(text, Normalizer.Form.NFC)
                .toLowerCase(Locale.ROOT)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
        // upper and lower case may take composed characters apart again
        return WHITE_SPACE
                .matcher(Normalizer.normalize(folded, Normalizer.Form.NFC))
                .replaceAll(" ")
                .strip();
    }
}

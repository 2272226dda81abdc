package dev.offboarding.plan;

import dev.offboarding.lists.CanonicalValue;
import dev.offboarding.lists.Identifier;
import dev.offboarding.platform.Customer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether an entry means the customer that its id leads to. */
final class Identity {

    private Identity() {}

    /** Says, for each identifier that the entry carries and that does not match, what was expected and what is there. */
    static List<String> mismatches(CaseView caseView, Customer customer, Set<Identifier> identity) {
        List<String> mismatches = new ArrayList<>();
        boolean carriesOne = false;
        for (Identifier identifier : Identifier.values()) {
            if (!identity.contains(identifier)) {
                continue;
            }
            String listed = identifier == Identifier.DOMAIN ? caseView.domain() : caseView.companyName();
            String live = identifier == Identifier.DOMAIN ? customer.domain() : customer.companyName();
            String expected = canonical(identifier, listed);
            if (expected.isEmpty()) {
                continue;
            }
            carriesOne = true;
            if (!expected.equals(canonical(identifier, live))) {
                mismatches.add("the list says %s \"%s\", the platform has \"%s\""
                        .formatted(identifier == Identifier.DOMAIN ? "domain" : "company name", listed, live));
            }
        }
        if (!carriesOne) {
            mismatches.add("the list carries none of the identifiers that this job requires");
        }
        return mismatches;
    }

    private static String canonical(Identifier identifier, @Nullable String text) {
        if (text == null) {
            return "";
        }
        return identifier == Identifier.DOMAIN ? CanonicalValue.domain(text) : CanonicalValue.companyName(text);
    }
}

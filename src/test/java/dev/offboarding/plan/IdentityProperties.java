package dev.offboarding.plan;

import static dev.offboarding.plan.DecisionAssert.proceedsWith;
import static dev.offboarding.plan.DecisionAssert.remove;
import static dev.offboarding.plan.Given.customer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.lists.CanonicalValue;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class IdentityProperties {

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings()
                .withCharRange('\u00c0', '\u024f')
                .withCharRange('\u0370', '\u03ff')
                .withCharRange('\u1e00', '\u1eff')
                .alpha()
                .withChars("\u0130\u0131\u00df\u1e9e\u0307 .&-")
                .ofMaxLength(12)
                .map(name -> "x" + name);
    }

    @Property
    void aNameMatchesItselfInLowerCaseAndAnyForm(@ForAll("names") String name) {
        for (String written : new String[] {
            name.toLowerCase(Locale.ROOT),
            Normalizer.normalize(name, Normalizer.Form.NFD),
            Normalizer.normalize(name.toLowerCase(Locale.ROOT), Normalizer.Form.NFD),
            "\u00a0" + name + " "
        }) {
            proceedsWith(customer().listedAs(written, null).live(name, "x").decide(), remove());
            proceedsWith(customer().listedAs(name, null).live(written, "x").decide(), remove());
        }
    }

    @Property
    void theCanonicalFormIsStableAndNeverEmptyForSomething(@ForAll String text) {
        for (UnaryOperator<String> canonical :
                List.<UnaryOperator<String>>of(CanonicalValue::companyName, CanonicalValue::domain)) {
            String once = canonical.apply("x" + text);
            assertThat(once).isNotEmpty();
            assertThat(canonical.apply(once)).isEqualTo(once);
        }
    }
}

package dev.offboarding.plan;

import static dev.offboarding.kit.Draw.weighted;
import static dev.offboarding.plan.DecisionAssert.proceedsWith;
import static dev.offboarding.plan.DecisionAssert.remove;
import static dev.offboarding.plan.Given.customer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.Draw;
import dev.offboarding.kit.Tries;
import dev.offboarding.lists.CanonicalValue;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("sweep")
class IdentityProperties {

    private static String name(Draw draw) {
        return "x"
                + String.join(
                        "",
                        draw.list(
                                0,
                                12,
                                () -> draw.oneOf(
                                        weighted(3, () -> letter(draw, 'A', 'z')),
                                        weighted(3, () -> letter(draw, '\u00c0', '\u024f')),
                                        weighted(2, () -> letter(draw, '\u0370', '\u03ff')),
                                        weighted(2, () -> letter(draw, '\u1e00', '\u1eff')),
                                        weighted(
                                                2,
                                                () -> draw.of(
                                                        "\u0130", "\u0131", "\u00df", "\u1e9e", "\u0307", " ", ".", "&",
                                                        "-")))));
    }

    private static String letter(Draw draw, char from, char to) {
        char c = (char) draw.between(from, to);
        return Character.isLetter(c) ? String.valueOf(c) : "x";
    }

    @Test
    void aNameMatchesItselfInLowerCaseAndAnyForm() {
        Tries.of(1000, draw -> {
            String name = name(draw);
            for (String written : new String[] {
                name.toLowerCase(Locale.ROOT),
                Normalizer.normalize(name, Normalizer.Form.NFD),
                Normalizer.normalize(name.toLowerCase(Locale.ROOT), Normalizer.Form.NFD),
                "\u00a0" + name + " "
            }) {
                proceedsWith(customer().listedAs(written, null).live(name, "x").decide(), remove());
                proceedsWith(customer().listedAs(name, null).live(written, "x").decide(), remove());
            }
        });
    }

    @Test
    void theCanonicalFormIsStableAndNeverEmptyForSomething() {
        Tries.of(1000, draw -> {
            String text = draw.text(40);
            for (UnaryOperator<String> canonical :
                    List.<UnaryOperator<String>>of(CanonicalValue::companyName, CanonicalValue::domain)) {
                String once = canonical.apply("x" + text);
                assertThat(once).isNotEmpty();
                assertThat(canonical.apply(once)).isEqualTo(once);
            }
        });
    }
}

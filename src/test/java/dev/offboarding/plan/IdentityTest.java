package dev.offboarding.plan;

import static dev.offboarding.plan.DecisionAssert.heldFor;
import static dev.offboarding.plan.DecisionAssert.proceedsWith;
import static dev.offboarding.plan.DecisionAssert.remove;
import static dev.offboarding.plan.Given.customer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.cases.HoldReason;
import dev.offboarding.lists.Identifier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {

    private static final String NBSP = "\u00a0";

    static Stream<Arguments> oneName() {
        return Stream.of(
                Arguments.of("contoso gmbh", "CONTOSO GmbH"),
                Arguments.of("  Contoso GmbH ", "Contoso GmbH"),
                Arguments.of("Contoso GmbH", "\tContoso GmbH\r\n"),
                Arguments.of(NBSP + "Contoso" + NBSP + "GmbH" + NBSP, "Contoso GmbH"),
                Arguments.of("Contoso   GmbH", "Contoso\u2003 GmbH"),
                Arguments.of("\ufeffContoso GmbH\u200b", "Contoso GmbH"),
                // composed and decomposed
                Arguments.of("M\u00fcller", "Mu\u0308ller"),
                Arguments.of("M\u00dcLLER", "mu\u0308ller"),
                Arguments.of("\u1ed6", "o\u0302\u0303"),
                // sharp s, small and capital
                Arguments.of("STRA\u1e9eE", "stra\u00dfe"),
                // Turkish dotted I, composed and decomposed, and in both cases
                Arguments.of("\u0130zmir", "I\u0307zmir"),
                Arguments.of("\u0130ZM\u0130R", "i\u0307zmi\u0307r"),
                // Greek sigma at the end of a word
                Arguments.of("\u039f\u0394\u039f\u03a3", "\u03bf\u03b4\u03bf\u03c2"));
    }

    @ParameterizedTest
    @MethodSource("oneName")
    void oneNameIsOneNameHoweverItIsWritten(String listed, String live) {
        proceedsWith(customer().listedAs(listed, null).live(live, "x.example").decide(), remove());
        proceedsWith(customer().listedAs(live, null).live(listed, "x.example").decide(), remove());
    }

    static Stream<Arguments> twoNames() {
        return Stream.of(
                Arguments.of("Contoso", "Contoso GmbH"),
                Arguments.of("Contoso GmbH", "ContosoGmbH"),
                Arguments.of("Contoso", "C\u043entoso"),
                Arguments.of("Muller", "M\u00fcller"),
                Arguments.of("Contoso*", "Contoso GmbH"),
                Arguments.of("Contoso", ""),
                Arguments.of("Con-toso", "Con toso"),
                // what upper case makes one of: incident 31
                Arguments.of("Stra\u00dfe", "Strasse"),
                Arguments.of("STRASSE", "stra\u00dfe"),
                Arguments.of("M\u0131crosoft", "Microsoft"),
                Arguments.of("MICROSOFT", "m\u0131crosoft"));
    }

    @ParameterizedTest
    @MethodSource("twoNames")
    void twoNamesAreTwoNames(String listed, String live) {
        heldFor(customer().listedAs(listed, null).live(live, "x.example").decide(), HoldReason.IDENTITY_MISMATCH);
        heldFor(customer().listedAs(null, listed).live("x", live).decide(), HoldReason.IDENTITY_MISMATCH);
    }

    static Stream<Arguments> oneDomain() {
        return Stream.of(
                Arguments.of("Contoso.Example", "contoso.example"),
                Arguments.of("https://www.contoso.example/en/start?x#y", "contoso.example"),
                Arguments.of("HTTPS://WWW.Contoso.Example", "contoso.example"),
                Arguments.of("contoso.example.", "contoso.example"),
                Arguments.of("www.contoso.example.", "contoso.example/"),
                Arguments.of("stra\u00dfe.example", "xn--strae-oqa.example"),
                Arguments.of("STRA\u1e9eE.example", "stra\u00dfe.example"),
                Arguments.of("m\u00fcller.example", "mu\u0308ller.example"),
                Arguments.of("M\u00dcLLER.example", "xn--mller-kva.example"),
                Arguments.of("contoso\u3002example", "contoso.example"),
                Arguments.of("\uff43ontoso.example", "contoso.example"),
                Arguments.of("m\u0131crosoft.example", "xn--mcrosoft-tkb.example"),
                // no valid domains, but the same text
                Arguments.of("con toso..example", "Con Toso..example"),
                Arguments.of("xn--a.example", "XN--a.example"),
                Arguments.of("www", "WWW"));
    }

    @ParameterizedTest
    @MethodSource("oneDomain")
    void oneDomainIsOneDomainHoweverItIsWritten(String listed, String live) {
        proceedsWith(customer().listedAs(null, listed).live("x", live).decide(), remove());
        proceedsWith(customer().listedAs(null, live).live("x", listed).decide(), remove());
    }

    static Stream<Arguments> twoDomains() {
        return Stream.of(
                Arguments.of("stra\u00dfe.example", "strasse.example"),
                Arguments.of("STRASSE.example", "stra\u00dfe.example"),
                Arguments.of("xn--strae-oqa.example", "strasse.example"),
                Arguments.of("m\u0131crosoft.example", "microsoft.example"),
                Arguments.of("m\u0131crosoft.example", "MICROSOFT.EXAMPLE"),
                Arguments.of("contoso.example", "contoso.example.org"),
                Arguments.of("www.example", "example"),
                Arguments.of("shop.contoso.example", "contoso.example"),
                Arguments.of("https://", "x.example"),
                Arguments.of("https://", ""),
                Arguments.of("/", "."),
                Arguments.of(".", ""),
                Arguments.of("..", "."),
                Arguments.of("xn--a.example", "a.example"),
                Arguments.of("a..example", "a.example"),
                Arguments.of("\ufffd", "?"),
                Arguments.of("c\u043entoso.example", "contoso.example"));
    }

    @ParameterizedTest
    @MethodSource("twoDomains")
    void aDomainOfASharpSDoesNotMatchAnothersOfDoubleS(String listed, String live) { // incident 31
        heldFor(customer().listedAs(null, listed).live("x", live).decide(), HoldReason.IDENTITY_MISMATCH);
        heldFor(customer().listedAs(null, live).live("x", listed).decide(), HoldReason.IDENTITY_MISMATCH);
    }

    @Test
    void aHumanKeyFoundAnotherTenantsObject() {
        // two customers of one name: the id has led to the other one
        Decision other = customer()
                .listedAs("Contoso GmbH", "contoso.example")
                .live("Contoso GmbH", "contoso-austria.example")
                .decide();

        String message = heldFor(other, HoldReason.IDENTITY_MISMATCH).get(0).message();
        assertThat(message)
                .isEqualTo("the list says domain \"contoso.example\", the platform has \"contoso-austria.example\":"
                        + " check which customer is meant, and list it again");
    }

    @Test
    void eachIdentifierThatDoesNotMatchIsNamed() {
        Decision decision = customer()
                .listedAs("Contoso", "contoso.example")
                .live("Adatum", "adatum.example")
                .decide();

        assertThat(heldFor(decision, HoldReason.IDENTITY_MISMATCH).get(0).message())
                .isEqualTo("the list says domain \"contoso.example\", the platform has \"adatum.example\"; "
                        + "the list says company name \"Contoso\", the platform has \"Adatum\":"
                        + " check which customer is meant, and list it again");
    }

    @Test
    void oneIdentifierIsEnoughWhereTheEntryCarriesOne() {
        proceedsWith(
                customer()
                        .listedAs(null, "contoso.example")
                        .live("anything", "contoso.example")
                        .decide(),
                remove());
        proceedsWith(
                customer().listedAs("Contoso", "").live("Contoso", "anything").decide(), remove());
        proceedsWith(
                customer()
                        .listedAs("Contoso", NBSP + "\u200b")
                        .live("Contoso", "anything")
                        .decide(),
                remove());
    }

    @Test
    void anIdentifierThatTheJobDoesNotAskForDoesNotCount() {
        proceedsWith(
                customer()
                        .identity(Identifier.DOMAIN)
                        .listedAs("Old Name", "contoso.example")
                        .live("New Name", "contoso.example")
                        .decide(),
                remove());
        heldFor(
                customer()
                        .identity(Identifier.COMPANY_NAME)
                        .listedAs("Old Name", "contoso.example")
                        .live("New Name", "contoso.example")
                        .decide(),
                HoldReason.IDENTITY_MISMATCH);
    }

    @Test
    void anEntryWithoutAnyIdentifierThatTheJobAsksForMatchesNobody() {
        Decision decision = customer()
                .identity(Identifier.DOMAIN)
                .listedAs("Contoso", null)
                .live("Contoso", "")
                .decide();

        assertThat(heldFor(decision, HoldReason.IDENTITY_MISMATCH).get(0).message())
                .contains("carries none of the identifiers");
        heldFor(customer().listedAs(" ", NBSP).live("", "").decide(), HoldReason.IDENTITY_MISMATCH);
    }

    /** Incident 30: a domain of thousands of accents, in the ledger or in the list, ended the run for everybody. */
    @ParameterizedTest
    @ValueSource(strings = {"e\u0301", "\ufdfa", "x", "\u0301", "\u00fc."})
    void aDomainLongerThanAnyIsTheSameOnlyAsItself(String part) {
        String endless = part.repeat(5_000);
        proceedsWith(customer().listedAs(null, endless).live("x", endless).decide(), remove());
        heldFor(customer().listedAs(null, "x.example").live("x", endless).decide(), HoldReason.IDENTITY_MISMATCH);
        heldFor(customer().listedAs(null, endless).live("x", "x.example").decide(), HoldReason.IDENTITY_MISMATCH);
    }
}

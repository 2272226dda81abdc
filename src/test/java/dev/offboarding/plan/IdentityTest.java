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
                // sharp s, small, capital and written out
                Arguments.of("Stra\u00dfe", "STRASSE"),
                Arguments.of("STRA\u1e9eE", "stra\u00dfe"),
                Arguments.of("STRA\u1e9eE", "strasse"),
                // Turkish dotted I, composed and decomposed, and in both cases
                Arguments.of("\u0130zmir", "I\u0307zmir"),
                Arguments.of("\u0130ZM\u0130R", "i\u0307zmi\u0307r"),
                // Greek sigma at the end of a word and within
                Arguments.of("\u039f\u0394\u039f\u03a3", "\u03bf\u03b4\u03bf\u03c2"),
                Arguments.of("\u03bf\u03b4\u03bf\u03c3", "\u03bf\u03b4\u03bf\u03c2"),
                // a ligature that comes apart in upper case
                Arguments.of("\ufb01rma", "FIRMA"));
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
                Arguments.of("Con-toso", "Con toso"));
    }

    @ParameterizedTest
    @MethodSource("twoNames")
    void twoNamesAreTwoNames(String listed, String live) {
        heldFor(customer().listedAs(listed, null).live(live, "x.example").decide(), HoldReason.IDENTITY_MISMATCH);
        heldFor(customer().listedAs(null, listed).live("x", live).decide(), HoldReason.IDENTITY_MISMATCH);
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
}

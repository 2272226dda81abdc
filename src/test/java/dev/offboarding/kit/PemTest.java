package dev.offboarding.kit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PemTest {

    private static final String TEXT = """
            Bag Attributes: none
            -----BEGIN CERTIFICATE-----
            Zmly
            c3Q=
            -----END CERTIFICATE-----
            -----BEGIN CERTIFICATE-----
            c2Vjb25k
            -----END CERTIFICATE-----
            -----BEGIN RSA PRIVATE KEY-----
            a2V5
            -----END RSA PRIVATE KEY-----
            """;

    @Test
    void theFirstBlockOfALabelIsRead() {
        assertThat(Pem.block(TEXT, "CERTIFICATE")).asString().isEqualTo("first");
        assertThat(Pem.block(TEXT.replace("\n", "\r\n"), "CERTIFICATE"))
                .asString()
                .isEqualTo("first");
    }

    @Test
    void anotherFormOfAKeyIsNotTheOneThatIsWanted() {
        assertThat(Pem.block(TEXT, "PRIVATE KEY")).isNull();
        assertThat(Pem.lastLabel(TEXT)).isEqualTo("RSA PRIVATE KEY");
    }

    @Test
    void whereThereIsNoBlockThereIsNoLabel() {
        assertThat(Pem.block("-----BEGIN KEY-----\nYQ==\n-----END CERTIFICATE-----", "KEY"))
                .isNull();
        assertThat(Pem.lastLabel("no PEM")).isEmpty();
    }

    /** As of an editor that took a letter away: it is for the key's reader to say what is missing. */
    @Test
    void aGarbledBlockHoldsNothing() {
        assertThat(Pem.block("-----BEGIN KEY-----\nA\n-----END KEY-----", "KEY"))
                .isEmpty();
    }
}

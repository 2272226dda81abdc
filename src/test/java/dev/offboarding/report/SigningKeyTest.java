package dev.offboarding.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offboarding.kit.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeyTest {

    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("key.pem"), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), kind);
    }

    @Test
    void itSignsSoThatItsPublicHalfSaysYes() throws Exception {
        for (int i = 0; i < 20; i++) {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            SigningKey key =
                    SigningKey.read(file(pem("PRIVATE KEY", pair.getPrivate().getEncoded())));

            assertThat(key.publicKey())
                    .isEqualTo(
                            Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()));
            assertThat(key.fingerprint())
                    .isEqualTo(Sha256.hexOf(pair.getPublic().getEncoded()));
            byte[] text = "what was signed".getBytes(StandardCharsets.UTF_8);
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(pair.getPublic());
            signature.update(text);
            assertThat(signature.verify(Base64.getDecoder().decode(key.sign(text))))
                    .isTrue();
        }
    }

    @Test
    void theKeyThatOpensslMakesIsReadAndNothingOfItIsShown() throws Exception {
        // openssl genpkey -algorithm ed25519
        String made = """
                -----BEGIN PRIVATE KEY-----
                MC4CAQAwBQYDK2VwBCIEIHiMylltPTk8W7LvniQrDVRbLtOMdf7KGwM+9KowFmCA
                -----END PRIVATE KEY-----
                """;

        SigningKey key = SigningKey.read(file(made));

        // openssl pkey -in key.pem -pubout -outform DER
        assertThat(key.publicKey()).isEqualTo("MCowBQYDK2VwAyEA7nVNNRvlfu2SJY7/flgAz3WafcbbRSPsGx3aXxXRizc=");
        assertThat(key.toString()).doesNotContain("MC4C");
    }

    @ParameterizedTest
    @ValueSource(strings = {"r--r-----", "rw----r--", "rwxrwxrwx", "rw--w----"})
    void aKeyThatOthersMayUseIsRefused(String rights) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Path file = file(pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));

        assertThatThrownBy(() -> SigningKey.read(file))
                .isInstanceOf(SigningKeyException.class)
                .hasMessageStartingWith("report.signing-key-file: ")
                .hasMessageContaining(rights)
                .hasMessageEndingWith("chmod 600 " + file);
    }

    @Test
    void aKeyOfAnotherKindIsRefusedWithTheWayToMakeOne() throws Exception {
        for (String kind : new String[] {"RSA", "EC", "X25519", "Ed448"}) {
            byte[] der = KeyPairGenerator.getInstance(kind)
                    .generateKeyPair()
                    .getPrivate()
                    .getEncoded();
            Path file = file(pem("PRIVATE KEY", der));

            assertThatThrownBy(() -> SigningKey.read(file))
                    .as(kind)
                    .isInstanceOf(SigningKeyException.class)
                    .hasMessageContaining("has no Ed25519 key in it")
                    .hasMessageContaining("openssl genpkey -algorithm ed25519 -out " + file)
                    .hasNoCause();
        }
    }

    @Test
    void whatIsNoKeyIsRefusedInPlainWords() throws Exception {
        assertRefused("", "has no BEGIN PRIVATE KEY");
        assertRefused("secret text", "has no BEGIN PRIVATE KEY");
        assertRefused(pem("ENCRYPTED PRIVATE KEY", new byte[50]), "has a key with a passphrase");
        assertRefused(pem("PUBLIC KEY", new byte[50]), "has BEGIN PUBLIC KEY");
        assertRefused(pem("PRIVATE KEY", new byte[48]), "has no Ed25519 key in it");
        assertThatThrownBy(() -> SigningKey.read(folder.resolve("nowhere.pem")))
                .isInstanceOf(SigningKeyException.class)
                .hasMessageContaining("nowhere.pem is not there (looked for in " + folder);
        assertThatThrownBy(() -> SigningKey.read(folder))
                .isInstanceOf(SigningKeyException.class)
                .hasMessageContaining("is not a file");
    }

    private void assertRefused(String text, String why) throws IOException {
        Path file = file(text);
        assertThatThrownBy(() -> SigningKey.read(file))
                .isInstanceOf(SigningKeyException.class)
                .hasMessageContaining(why)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret text"));
    }
}

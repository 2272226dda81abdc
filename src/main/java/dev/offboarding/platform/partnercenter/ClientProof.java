package dev.offboarding.platform.partnercenter;

import dev.offboarding.kit.FileFault;
import dev.offboarding.kit.Pem;
import dev.offboarding.kit.RegularFile;
import dev.offboarding.kit.Sha256;
import dev.offboarding.platform.PlatformUnavailableException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** How the application shows that it is itself: by its secret, or by a text signed with its certificate's key. */
@FunctionalInterface
interface ClientProof {

    /** What goes into the form, for one sign-in at this address. */
    Map<String, String> parameters(String tokenUrl);

    /** Reads the certificate again each time: it may be exchanged while the program stays up. */
    static ClientProof of(PartnerCenterSettings settings, Clock clock) {
        String secret = settings.clientSecret();
        if (secret != null) {
            return tokenUrl -> Map.of("client_secret", secret);
        }
        Path certificate = settings.clientCertificateFile();
        Path key = settings.clientKeyFile();
        if (certificate == null || key == null) {
            throw new PlatformUnavailableException(
                    "the application has neither a client-secret nor a client-certificate-file with its client-key-file: give it one of them in the job file",
                    null);
        }
        return new Certificate(settings.clientId(), certificate, key, clock);
    }

    /** A client assertion: PS256 with the SHA-256 thumbprint, as Entra asks for. */
    record Certificate(String clientId, Path certificateFile, Path keyFile, Clock clock) implements ClientProof {

        private static final int MOST_BYTES = 100_000;
        private static final Duration LIFE = Duration.ofMinutes(10);

        @Override
        public Map<String, String> parameters(String tokenUrl) {
            return Map.of(
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                    "client_assertion",
                    assertion(tokenUrl));
        }

        private String assertion(String tokenUrl) {
            try {
                X509Certificate certificate = read(certificateFile);
                ObjectNode header = PartnerCenterJson.newObject()
                        .put("alg", "PS256")
                        .put("typ", "JWT")
                        .put("x5t#S256", base64(Sha256.of(certificate.getEncoded())));
                Instant now = clock.instant();
                ObjectNode claims = PartnerCenterJson.newObject()
                        .put("aud", tokenUrl)
                        .put("iss", clientId)
                        .put("sub", clientId)
                        .put("jti", UUID.randomUUID().toString())
                        .put("nbf", now.getEpochSecond())
                        .put("exp", now.plus(LIFE).getEpochSecond());
                String text = base64(PartnerCenterJson.bytes(header)) + "." + base64(PartnerCenterJson.bytes(claims));
                return text + "." + base64(signed(text));
            } catch (GeneralSecurityException e) {
                throw new PlatformUnavailableException(
                        "the certificate %s with its key %s cannot be used to sign in (%s): an RSA certificate and its private key are needed, both in PEM"
                                .formatted(
                                        certificateFile, keyFile, e.getClass().getSimpleName()),
                        null);
            }
        }

        /** @throws PlatformUnavailableException if there is no such file, or no certificate in it */
        static X509Certificate read(Path file) throws GeneralSecurityException {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block(file, "CERTIFICATE")));
        }

        private byte[] signed(String text) throws GeneralSecurityException {
            PrivateKey key = KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(block(keyFile, "PRIVATE KEY")));
            Signature signature = Signature.getInstance("RSASSA-PSS");
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
            signature.initSign(key);
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        }

        private static byte[] block(Path file, String kind) {
            try {
                String text = RegularFile.text(file.toRealPath(), MOST_BYTES, StandardCharsets.ISO_8859_1);
                byte[] block = Pem.block(text, kind);
                if (block != null) {
                    return block;
                }
                String found = Pem.lastLabel(text);
                String other = found.isEmpty()
                        ? ""
                        : " (it has BEGIN %s; of a key in another form, openssl pkcs8 -topk8 -nocrypt makes one)"
                                .formatted(found);
                throw new PlatformUnavailableException(
                        "the file %s has no BEGIN %s%s".formatted(file, kind, other), null);
            } catch (IOException e) {
                throw new PlatformUnavailableException(
                        "the file %s cannot be read (%s)".formatted(file, FileFault.inWords(e, file)), e);
            }
        }

        private static String base64(byte[] bytes) {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        }

        @Override
        public String toString() {
            return "certificate " + certificateFile;
        }
    }
}

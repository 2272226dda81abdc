package dev.offboarding.report.verify;

import dev.offboarding.kit.Pem;
import dev.offboarding.kit.RegularFile;
import dev.offboarding.kit.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The key that has to have signed a report, as known from somewhere other than the report.
 *
 * @param fingerprint SHA-256 of its SubjectPublicKeyInfo in DER, in lower-case hex
 */
public record TrustedKey(String fingerprint) {
    private static final int MOST_BYTES = 10_000;
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");

    /** It is not a key. The message says why, and how to correct it. */
    public static final class WrongKeyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongKeyException(String message) {
            super(message);
        }
    }

    /**
     * @param text 64 hexadecimal digits, colons and blanks between them aside
     * @throws WrongKeyException if it is anything else
     */
    public static TrustedKey ofFingerprint(String text) {
        String digits = text.replaceAll("[:\\s]", "").toLowerCase(Locale.ROOT);
        if (!FINGERPRINT.matcher(digits).matches()) {
            throw new WrongKeyException(
                    "the fingerprint has to be 64 hexadecimal digits: public_key_sha256 of a manifest, or what openssl pkey -pubin -in public.pem -outform DER | sha256sum says");
        }
        return new TrustedKey(digits);
    }

    /**
     * @param file PEM, {@code BEGIN PUBLIC KEY}
     * @throws WrongKeyException if it cannot be read or is not an Ed25519 key
     */
    public static TrustedKey read(Path file) {
        String text;
        try {
            text = RegularFile.text(file.toRealPath(), MOST_BYTES, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new WrongKeyException(
                    Files.exists(file)
                            ? "the public key %s cannot be read by %s".formatted(file, System.getProperty("user.name"))
                            : "there is no public key %s".formatted(file));
        }
        byte[] der = Pem.block(text, "PUBLIC KEY");
        if (der != null) {
            try {
                KeyFactory.getInstance(SignatureText.ALGORITHM).generatePublic(new X509EncodedKeySpec(der));
                return new TrustedKey(Sha256.hexOf(der));
            } catch (GeneralSecurityException | RuntimeException e) {
                // said below
            }
        }
        throw new WrongKeyException(
                "%s has no Ed25519 public key in it, in PEM with BEGIN PUBLIC KEY. openssl pkey -in KEY -pubout makes it from the private key."
                        .formatted(file));
    }
}

package dev.offboarding.report;

import dev.offboarding.kit.Pem;
import dev.offboarding.kit.RegularFile;
import dev.offboarding.kit.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;

/** An Ed25519 key that signs manifests. */
public final class SigningKey {
    static final String ALGORITHM = "Ed25519";

    private static final Set<PosixFilePermission> OWNERS_OWN = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);
    private static final int MOST_BYTES = 10_000;

    private final PrivateKey secret;
    private final PublicKey open;

    private SigningKey(PrivateKey secret, PublicKey open) {
        this.secret = secret;
        this.open = open;
    }

    /**
     * @param file PKCS#8 in PEM, without a passphrase, readable by its owner only
     * @throws SigningKeyException if it cannot be read, is not such a key, or can be read by others, too
     */
    public static SigningKey read(Path file) {
        requireOwnersOnly(file);
        byte[] der = block(file);
        try {
            PrivateKey secret = KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(der));
            SigningKey key = new SigningKey(secret, publicKey(secret));
            key.requireThatItsHalvesFit();
            return key;
        } catch (GeneralSecurityException | RuntimeException e) {
            // its message may quote the key
            throw wrong(file, "has no Ed25519 key in it");
        }
    }

    String sign(byte[] bytes) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(secret);
            signature.update(bytes);
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that has signed before does not sign", e);
        }
    }

    /** X.509 SubjectPublicKeyInfo, DER, in Base64. */
    String publicKey() {
        return Base64.getEncoder().encodeToString(open.getEncoded());
    }

    /** SHA-256 of the public key's SubjectPublicKeyInfo in DER, in lower-case hex. */
    public String fingerprint() {
        return Sha256.hexOf(open.getEncoded());
    }

    /** Names its public half only. */
    @Override
    public String toString() {
        return "SigningKey[" + fingerprint() + "]";
    }

    private static void requireOwnersOnly(Path file) {
        try {
            Path real = file.toRealPath();
            if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
                throw wrong(file, "is not a file");
            }
            PosixFileAttributeView view = Files.getFileAttributeView(real, PosixFileAttributeView.class);
            if (view == null) {
                return; // this file system knows no such rights
            }
            Set<PosixFilePermission> rights = view.readAttributes().permissions();
            if (!OWNERS_OWN.containsAll(rights)) {
                throw new SigningKeyException(
                        "report.signing-key-file: others than the owner of %s may use it (%s), so a signature would prove nothing. Take that right from them: chmod 600 %s"
                                .formatted(file, PosixFilePermissions.toString(rights), file));
            }
        } catch (NoSuchFileException e) {
            throw wrong(
                    file,
                    "is not there (looked for in %s)"
                            .formatted(file.toAbsolutePath().getParent()));
        } catch (IOException e) {
            throw unreadable(file);
        }
    }

    private static byte[] block(Path file) {
        String text;
        try {
            text = RegularFile.text(file.toRealPath(), MOST_BYTES, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw unreadable(file);
        }
        byte[] key = Pem.block(text, "PRIVATE KEY");
        if (key != null) {
            return key;
        }
        String found = Pem.lastLabel(text);
        throw wrong(
                file,
                found.equals("ENCRYPTED PRIVATE KEY")
                        ? "has a key with a passphrase, and at night no one is there to type it; keep the key without one, readable by its owner only"
                        : found.isEmpty()
                                ? "has no BEGIN PRIVATE KEY"
                                : "has BEGIN %s, and not BEGIN PRIVATE KEY".formatted(found));
    }

    private static SigningKeyException unreadable(Path file) {
        return new SigningKeyException(
                "report.signing-key-file: %s cannot be read by %s. Let the file belong to that user: chown %s %s"
                        .formatted(file, System.getProperty("user.name"), System.getProperty("user.name"), file));
    }

    private static SigningKeyException wrong(Path file, String what) {
        return new SigningKeyException(
                "report.signing-key-file: %s %s. It takes an Ed25519 key, PKCS#8 in PEM; to make one: (umask 077; openssl genpkey -algorithm ed25519 -out %s)"
                        .formatted(file, what, file));
    }

    /**
     * A key file has the private half only, and the JDK has no call that makes the public one of it. It does make a pair of a seed, which
     * is what an Ed25519 private key is.
     */
    private static PublicKey publicKey(PrivateKey secret) throws GeneralSecurityException {
        byte[] seed = ((EdECPrivateKey) secret)
                .getBytes()
                .orElseThrow(() -> new GeneralSecurityException("the key does not give out its bytes"));
        KeyPairGenerator pairs = KeyPairGenerator.getInstance(ALGORITHM);
        pairs.initialize(NamedParameterSpec.ED25519, new Seed(seed));
        return pairs.generateKeyPair().getPublic();
    }

    private void requireThatItsHalvesFit() throws GeneralSecurityException {
        byte[] probe = "offboarding".getBytes(StandardCharsets.US_ASCII);
        Signature signature = Signature.getInstance(ALGORITHM);
        signature.initVerify(open);
        signature.update(probe);
        if (!signature.verify(Base64.getDecoder().decode(sign(probe)))) {
            throw new GeneralSecurityException("the public key that was made does not fit");
        }
    }

    private static final class Seed extends SecureRandom {
        private static final long serialVersionUID = 1L;

        private final byte[] bytes;

        Seed(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        @Override
        public void nextBytes(byte[] wanted) {
            if (wanted.length != bytes.length) {
                throw new IllegalStateException("the number of bytes asked for is not the key's length");
            }
            System.arraycopy(bytes, 0, wanted, 0, wanted.length);
        }
    }
}

package dev.offboarding.kit;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;

/** Keys of 2048 bits, made once for all tests of a JVM: to find one takes up to a second. */
public final class RsaKeys {

    public static final KeyPair OURS = pair();

    private RsaKeys() {}

    /** Made when a test first asks for it. */
    public static KeyPair ofAStranger() {
        return Stranger.PAIR;
    }

    private static final class Stranger {
        static final KeyPair PAIR = pair();
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

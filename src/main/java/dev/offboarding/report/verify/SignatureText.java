package dev.offboarding.report.verify;

import dev.offboarding.kit.Sha256;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;

/** A signature as it stands in the bytes of what it signs, which are all others but those of its value. */
final class SignatureText {
    static final String ALGORITHM = "Ed25519";

    /** Where it stands may not depend on how the file is parsed. */
    static final String PATTERN =
            "\n  \"signature\" : (?:null|\\{\n    \"algorithm\" : \"Ed25519\",\n    \"public_key\" : \"(?<key>[A-Za-z0-9+/=]+)\",\n"
                    + "    \"public_key_sha256\" : \"(?<fingerprint>[0-9a-f]{64})\",\n    \"value\" : \"(?<value>[A-Za-z0-9+/=]+)\"\n  })";

    private SignatureText() {}

    /**
     * @param found of {@link #PATTERN}
     * @param signed the bytes without its value
     * @throws Mismatch if it is not one of them
     */
    static void check(Place place, Matcher found, byte[] signed) {
        try {
            byte[] key = Base64.getDecoder().decode(found.group("key"));
            place.same("public_key_sha256", Sha256.hexOf(key), found.group("fingerprint"));
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(key)));
            signature.update(signed);
            place.holds(
                    signature.verify(Base64.getDecoder().decode(found.group("value"))),
                    "signature",
                    "one of this file by the key " + found.group("fingerprint"),
                    "another");
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw place.off("signature", "an Ed25519 signature and its key", "something that is not one");
        }
    }

    /** The text without what a group has found. */
    static String cut(String text, Matcher found, String group) {
        return text.substring(0, found.start(group)) + text.substring(found.end(group));
    }
}

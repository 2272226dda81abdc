package dev.offboarding.standin;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Checks JWTs signed with a registered certificate in place of the client's secret. */
final class ClientAssertions {

    private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private final StandInSettings settings;
    private final String clientId;
    private final Map<String, PublicKey> keys = new ConcurrentHashMap<>();

    ClientAssertions(StandInSettings settings, String clientId) {
        this.settings = settings;
        this.clientId = clientId;
    }

    void register(X509Certificate certificate) {
        try {
            for (String digest : new String[] {"SHA-1", "SHA-256"}) {
                byte[] print = MessageDigest.getInstance(digest).digest(certificate.getEncoded());
                register(
                        certificate.getPublicKey(),
                        Base64.getUrlEncoder().withoutPadding().encodeToString(print));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a usable certificate", e);
        }
    }

    void register(PublicKey key, String thumbprint) {
        keys.put(thumbprint, key);
    }

    void check(String type, String assertion, String tokenUrl) {
        String[] parts = assertion.split("\\.", -1);
        if (!type.equals(TYPE) || parts.length != 3) {
            throw refused(50027, "JWT token is invalid or malformed.");
        }
        try {
            JsonNode header = AnswerWriter.JSON.readTree(decoded(parts[0]));
            JsonNode claims = AnswerWriter.JSON.readTree(decoded(parts[1]));
            String thumbprint = AnswerWriter.text(header, "x5t#S256") != null
                    ? AnswerWriter.text(header, "x5t#S256")
                    : AnswerWriter.text(header, "x5t");
            PublicKey key = thumbprint == null ? null : keys.get(thumbprint);
            if (key == null || !signed(key, AnswerWriter.text(header, "alg"), parts)) {
                throw refused(700027, "Client assertion failed signature validation.");
            }
            checkClaims(claims, tokenUrl);
        } catch (JacksonException | IllegalArgumentException | GeneralSecurityException e) {
            throw refused(50027, "JWT token is invalid or malformed.");
        }
    }

    private void checkClaims(JsonNode claims, String tokenUrl) {
        if (!clientId.equals(AnswerWriter.text(claims, "iss")) || !clientId.equals(AnswerWriter.text(claims, "sub"))) {
            throw refused(700021, "Client assertion application identifier doesn't match 'client_id' parameter.");
        }
        if (!tokenUrl.equals(AnswerWriter.text(claims, "aud"))) {
            throw refused(700023, "Client assertion audience claim does not match Realm issuer.");
        }
        Instant now = settings.clock.instant();
        JsonNode expires = claims.get("exp");
        JsonNode from = claims.get("nbf");
        boolean late = expires == null || !expires.isNumber() || expires.asLong() <= now.getEpochSecond();
        boolean early = from != null && from.asLong() > now.plusSeconds(300).getEpochSecond();
        if (late || early) {
            throw refused(700024, "Client assertion is not within its valid time range.");
        }
    }

    private static boolean signed(PublicKey key, @Nullable String algorithm, String[] parts)
            throws GeneralSecurityException {
        Signature signature;
        if ("RS256".equals(algorithm)) {
            signature = Signature.getInstance("SHA256withRSA");
        } else if ("PS256".equals(algorithm)) {
            signature = Signature.getInstance("RSASSA-PSS");
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        } else {
            return false;
        }
        signature.initVerify(key);
        signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
        return signature.verify(decoded(parts[2]));
    }

    private static byte[] decoded(String part) {
        return Base64.getUrlDecoder().decode(part);
    }

    private static Refusal refused(int aadsts, String text) {
        return new Refusal(401, "invalid_client", "AADSTS" + aadsts + ": " + text);
    }
}

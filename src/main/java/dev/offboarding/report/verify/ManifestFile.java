package dev.offboarding.report.verify;

import dev.offboarding.kit.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;

/** {@code manifest.json}, compared with its own hash and signature. */
final class ManifestFile {
    static final String FILE = "manifest.json";
    static final int MOST_BYTES = 8 << 20;
    private static final int MOST_VALUES = 300_000;
    private static final Place PLACE = Place.in(FILE);

    /** How it ends. The hash and the signature are of its bytes, so where they are may not depend on how it is parsed. */
    private static final Pattern END =
            Pattern.compile(SignatureText.PATTERN + ",\n  \"manifest_sha256\" : \"(?<own>[0-9a-f]{64})\"\n}\n\\z");

    private final JsonNode json;
    private final String ownHash;
    private final @Nullable String fingerprint;
    private final SortedMap<String, String> hashes = new TreeMap<>();

    private ManifestFile(JsonNode json, String ownHash, @Nullable String fingerprint) {
        this.json = json;
        this.ownHash = ownHash;
        this.fingerprint = fingerprint;
    }

    /** @throws Mismatch if it is not in order in itself */
    static ManifestFile read(byte[] bytes, @Nullable TrustedKey trusted) {
        // one character per byte, so that what is cut out of the text is cut out of the bytes
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        Matcher end = END.matcher(text);
        if (!end.find()) {
            String found = "…" + text.substring(Math.max(0, text.length() - 60));
            throw PLACE.off("its end", "signature and manifest_sha256, as they are written", found);
        }
        String own = end.group("own");
        String signed = SignatureText.cut(text, end, "own");
        PLACE.same("manifest_sha256", Sha256.hexOf(latin1(signed)), own);
        String fingerprint = end.group("fingerprint");
        if (fingerprint != null) {
            SignatureText.check(PLACE, end, latin1(SignatureText.cut(signed, end, "value")));
        }
        if (trusted != null) {
            PLACE.same("key that signed it", trusted.fingerprint(), fingerprint);
        }
        try (JsonParser json = StrictJson.MAPPER.createParser(bytes)) {
            json.nextToken();
            JsonNode tree = StrictJson.tree(json, new StrictJson.Bound(MOST_VALUES));
            PLACE.holds(json.nextToken() == null, "after the record", "the end of the file", "more");
            ManifestFile manifest = new ManifestFile(tree, own, fingerprint);
            manifest.readHashes();
            return manifest;
        } catch (JacksonException e) {
            throw PLACE.off("the file", "JSON", e.getOriginalMessage());
        }
    }

    private void readHashes() {
        for (var file : json.path("files").properties()) {
            String hash = file.getValue().asString("");
            PLACE.holds(EventLines.isSha256(hash), "hash of " + file.getKey(), "64 hexadecimal digits", hash);
            hashes.put(file.getKey(), hash);
        }
    }

    String ownHash() {
        return ownHash;
    }

    /** Of the key that signed it; null if none did. */
    @Nullable
    String fingerprint() {
        return fingerprint;
    }

    /** Of every other file, by name. */
    SortedMap<String, String> hashes() {
        return hashes;
    }

    JsonNode json() {
        return json;
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}

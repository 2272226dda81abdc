package dev.offboarding.report.verify;

import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Three nights of a job with something of everything in their reports, made once. */
public final class AuditedNights {

    public static final KeyPair KEY = keyPair();

    private static List<Forgery> signed = List.of();
    private static List<Forgery> unsigned = List.of();

    private AuditedNights() {}

    /** The reports of three nights, each signed. */
    public static synchronized List<Forgery> signed() {
        if (signed.isEmpty()) {
            signed = nights();
        }
        return signed;
    }

    /** The same as a job without a key leaves them. */
    public static synchronized List<Forgery> unsigned() {
        if (unsigned.isEmpty()) {
            List<Forgery> nights = new ArrayList<>();
            for (Forgery night : signed()) {
                Forgery copy = night.copy().unsigned();
                if (!nights.isEmpty()) {
                    String previous = nights.get(nights.size() - 1).manifestHash();
                    copy.manifest(
                            manifest -> ((ObjectNode) manifest.get("previous_run")).put("manifest_sha256", previous));
                }
                nights.add(copy.sealed());
            }
            unsigned = nights;
        }
        return unsigned;
    }

    private static List<Forgery> nights() {
        try (Scene scene = Scene.set()) {
            Path key = key(scene.folder().resolve("key.pem"), KEY);
            scene.with("report.signing-key-file", key.toString());
            scene.customers(1, 30);
            for (int n = 1; n <= 6; n++) {
                scene.subscription(n, "license", "active");
                scene.subscription(n, "usage", "active");
            }
            scene.subscription(4, "marketplace", "active");
            List<Forgery> nights = new ArrayList<>();
            scene.inboxFile("first.csv", """
                    customer_id,domain,ticket,Cost center,state
                    %s,customer-1.example,T-1,=1+1,north
                    %s,customer-2.example,"T ""2""\",4711,
                    %s,customer-4.example,T-4,"a,b",south
                    %s,somebody-else.example,T-5,,
                    no-guid,x.example,T-6,12,
                    """.formatted(Scene.id(1), Scene.id(2), Scene.id(4), Scene.id(5)));
            nights.add(Forgery.of(scene.runs(ExitCode.NEEDS_ATTENTION).folder()));
            scene.clock.pass(Duration.ofDays(1));
            scene.listed(3, 6);
            nights.add(Forgery.of(scene.runs(ExitCode.OK).folder()));
            scene.clock.pass(Duration.ofDays(1));
            nights.add(Forgery.of(scene.runs(ExitCode.OK).folder()));
            return nights;
        }
    }

    /** A key in a file that is its owner's only. */
    public static Path key(Path file, KeyPair pair) {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.writeString(
                    file,
                    "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                            .formatted(Base64.getEncoder()
                                    .encodeToString(pair.getPrivate().getEncoded())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KeyPair keyPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

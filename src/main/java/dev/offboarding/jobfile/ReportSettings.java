package dev.offboarding.jobfile;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is done to a report beside writing it.
 *
 * @param signingKeyFile an Ed25519 private key, PKCS#8 in PEM, with which manifests are signed; null if they are not
 */
public record ReportSettings(@Nullable Path signingKeyFile) {}

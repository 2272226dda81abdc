package dev.offboarding.jobfile;

import dev.offboarding.kit.FileMode;
import dev.offboarding.kit.Rights;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is done to a report beside writing it.
 *
 * @param reseller what the reseller is called, for those who get a certificate; null if none is to name it
 * @param signingKeyFile an Ed25519 private key, PKCS#8 in PEM, with which manifests are signed; null if they are not
 * @param fileMode of every file of reports, logs and certificates, whatever the umask
 * @param folderMode of every folder that is made for them
 */
public record ReportSettings(
        @Nullable String reseller,

        @Nullable Path signingKeyFile,
        @DefaultValue("0640") FileMode fileMode,
        @DefaultValue("0750") FileMode folderMode) {

    public Rights rights() {
        return new Rights(fileMode, folderMode);
    }
}

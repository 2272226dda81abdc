package dev.offboarding.jobfile;

import dev.offboarding.kit.FileMode;
import dev.offboarding.kit.Rights;
import java.net.URI;
import java.nio.file.Path;
import java.time.Period;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is done to a report beside writing it.
 *
 * @param reseller what the reseller is called, for those who get a certificate; null if none is to name it
 * @param signingKeyFile an Ed25519 private key, PKCS#8 in PEM, with which manifests are signed; null if they are not
 * @param fileMode of every file of reports, logs and certificates, whatever the umask
 * @param folderMode of every folder that is made for them
 * @param keep how long reports are kept, in days: older ones are cut back to their manifests; null if all are kept whole
 * @param urlPrefix where people find {@code reports} in a browser: notices have a link to the report; null if they have none
 */
public record ReportSettings(
        @Nullable String reseller,

        @Nullable Path signingKeyFile,
        @DefaultValue("0640") FileMode fileMode,
        @DefaultValue("0750") FileMode folderMode,
        @Nullable Period keep,
        @Nullable URI urlPrefix) {

    /** The page of a run's report in a browser; null if nobody finds it there. */
    public @Nullable URI page(String job, String runId) {
        return urlPrefix == null ? null : URI.create("%s/%s/%s/report.html".formatted(urlPrefix, job, runId));
    }

    public Rights rights() {
        return new Rights(fileMode, folderMode);
    }
}

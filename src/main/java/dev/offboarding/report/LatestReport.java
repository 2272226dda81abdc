package dev.offboarding.report;

import dev.offboarding.kit.DurableFile;
import dev.offboarding.kit.Rights;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code reports/<job>/latest}: a link to the newest report, or a file with its name where there are no links. No evidence, and part of no
 * manifest: whoever needs to be sure reads the report.
 */
public final class LatestReport {

    /** Its name beside the reports. */
    public static final String NAME = "latest";

    private static final Logger LOG = LoggerFactory.getLogger(LatestReport.class);

    private LatestReport() {}

    /**
     * Has it lead to this report from now on, at no moment to none.
     *
     * @throws EvidenceException if it cannot
     */
    public static void is(Path report, Rights rights) {
        is(report, rights, Files::createSymbolicLink);
    }

    /** Makes a link. */
    interface Linking {
        Path link(Path link, Path target) throws IOException;
    }

    static void is(Path report, Rights rights, Linking linking) {
        Path place = Objects.requireNonNull(report.getParent());
        Path latest = place.resolve(NAME);
        Path fresh = place.resolve("." + NAME + "." + UUID.randomUUID());
        try {
            if (Files.isDirectory(latest, LinkOption.NOFOLLOW_LINKS)) {
                throw new EvidenceException(
                        "The newest report is there, but nothing leads to it: %s is a folder. Move it away; the next run makes it a link."
                                .formatted(latest));
            }
            try {
                // without the way there: the folder may be moved, or mounted elsewhere
                linking.link(fresh, report.getFileName());
                Files.move(fresh, latest, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException | UnsupportedOperationException noLinksHere) {
                LOG.debug("no link can be made in {}", place, noLinksHere);
                Files.deleteIfExists(fresh);
                write(fresh, latest, report.getFileName() + "\n", rights);
            }
        } catch (IOException e) {
            throw EvidenceException.because("The newest report is there, but nothing leads to it", latest, e);
        }
    }

    private static void write(Path fresh, Path latest, String name, Rights rights) throws IOException {
        try {
            try (OutputStream out = Channels.newOutputStream(rights.createFile(fresh))) {
                out.write(name.getBytes(StandardCharsets.UTF_8));
            }
            DurableFile.put(fresh, latest);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}

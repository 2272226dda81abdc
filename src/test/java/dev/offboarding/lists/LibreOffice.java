package dev.offboarding.lists;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The machine's own LibreOffice, in somebody's language. */
public final class LibreOffice {
    private static final String CSV = "Text - txt - csv (StarCalc)";

    private final Path program;

    private LibreOffice(Path program) {
        this.program = program;
    }

    /** Skips the test where there is none. */
    public static LibreOffice find() {
        Optional<Path> program = Stream.of("/usr/bin/soffice", "/usr/local/bin/soffice")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(
                program.isPresent(),
                "SKIPPED: there is no LibreOffice on this machine, so no list went through it."
                        + " Install it (Debian: apt-get install libreoffice-calc) to /usr/bin/soffice.");
        return new LibreOffice(program.orElseThrow());
    }

    /**
     * Opens a CSV text, with all that looks like a number or a date read as one, and saves it as people of that language do.
     *
     * @param delimiter of the text
     * @param locale {@code de-DE} or {@code en-US}
     * @param type {@code csv} or {@code xlsx}
     * @return what was saved
     */
    public Path save(Path file, char delimiter, String locale, String type) throws IOException, InterruptedException {
        Path place = Files.createTempDirectory(file.toAbsolutePath().getParent(), locale + "-");
        Path profile = Files.createDirectories(place.resolve("profile/user"));
        Files.writeString(profile.resolve("registrymodifications.xcu"), """
                <?xml version="1.0" encoding="UTF-8"?>
                <oor:items xmlns:oor="http://openoffice.org/2001/registry">
                <item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>%s</value></prop></item>
                </oor:items>
                """.formatted(locale));
        Process process = new ProcessBuilder(
                        program.toString(),
                        "-env:UserInstallation=" + place.resolve("profile").toUri(),
                        "--headless",
                        "--norestore",
                        "--infilter=%s:%d,34,76,1,,0,false,true".formatted(CSV, (int) delimiter),
                        "--convert-to",
                        type.equals("csv")
                                ? "csv:%s:%d,34,76,1,,0,false,true,false"
                                        .formatted(CSV, (int) (locale.equals("de-DE") ? ';' : ','))
                                : "xlsx:Calc MS Excel 2007 XML",
                        "--outdir",
                        place.toString(),
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(place.resolve("said.txt").toFile())
                .start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String name = String.valueOf(file.getFileName());
        Path saved = place.resolve(name.substring(0, name.lastIndexOf('.')) + "." + type);
        assertThat(saved).exists();
        return saved;
    }
}

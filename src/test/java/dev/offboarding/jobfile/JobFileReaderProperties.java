package dev.offboarding.jobfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.Tries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("sweep")
class JobFileReaderProperties {
    private static final String SECRET = "hunter2";
    private static final Path file = aFile();

    private static Path aFile() {
        try {
            Path file = Files.createTempFile("job", ".yaml");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> keysThatMayHoldASecret() {
        return new JobFileKeys(JobFile.class, JobFileValues::isValue)
                .values().stream()
                        .filter(JobFileKeys.Key::secret)
                        .map(JobFileKeys.Key::full)
                        .map(key -> key.substring("offboarding.".length()))
                        .toList();
    }

    private static List<String> unknownKeys() {
        return List.of(
                "secret",
                "partner-center.client-secrt",
                "ledger.pass",
                "limits.token",
                "list.csv.inbox.password",
                "x.y.z");
    }

    private static List<String> waysToWriteASecret() {
        return List.of(
                SECRET,
                "\"" + SECRET + "\"",
                "[" + SECRET + "]",
                "{ " + SECRET.substring(0, 1) + ": " + SECRET + " }",
                "{ a: " + SECRET,
                "\"" + SECRET,
                "*" + SECRET,
                "!" + SECRET + " x",
                "@" + SECRET,
                "a: " + SECRET,
                "${PASSWORD}",
                "${PASSWORD}x${NOPE}",
                "|\n      " + SECRET + "\n",
                "\"" + SECRET + "\\n\"",
                "\t" + SECRET,
                "- " + SECRET);
    }

    @Test
    void noMessageShowsASecretHoweverAndWhereverItIsMiswritten() {
        Tries.of(300, draw -> {
            String key = draw.of(draw.either() ? keysThatMayHoldASecret() : unknownKeys());
            String written = draw.of(waysToWriteASecret());
            Files.writeString(file, JobFiles.REQUIRED + "  " + key + ": " + written + "\n");

            for (String line : said(Map.of("PASSWORD", SECRET))) {
                assertThat(line).doesNotContain(SECRET);
            }
        });
    }

    @Test
    void whateverIsInTheFileItIsTakenOrItsProblemsAreLinesThatBeginWithItsName() {
        Tries.of(500, draw -> {
            int at = draw.between(0, 200);
            char put = draw.character();
            int taken = draw.between(0, 9);
            String whole = JobFiles.REQUIRED + "  limits: { max-share: 5%, floor: 3 }\n  identity: [domain]\n";
            int from = Math.min(at, whole.length());
            int to = Math.min(from + taken, whole.length());
            Files.writeString(
                    file, whole.substring(0, from) + (Character.isSurrogate(put) ? '?' : put) + whole.substring(to));

            assertThat(said(Map.of()))
                    .allSatisfy(line -> assertThat(line)
                            .startsWith(file.toString())
                            .doesNotContainPattern("[\\p{Cntrl}\\u2028\\u2029]"));
        });
    }

    private static List<String> said(Map<String, String> variables) {
        try {
            return new JobFileReader(variables).read(file).warnings();
        } catch (JobFileException e) {
            return e.problems();
        }
    }
}

package dev.offboarding.jobfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

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

    @Provide
    Arbitrary<String> keysThatMayHoldASecret() {
        var keys = new JobFileKeys(JobFile.class, JobFileValues::isValue)
                .values().stream()
                        .filter(JobFileKeys.Key::secret)
                        .map(JobFileKeys.Key::full)
                        .toList();
        return Arbitraries.of(keys).map(key -> key.substring("offboarding.".length()));
    }

    @Provide
    Arbitrary<String> unknownKeys() {
        return Arbitraries.of(
                "secret",
                "partner-center.client-secrt",
                "ledger.pass",
                "limits.token",
                "list.csv.inbox.password",
                "x.y.z");
    }

    @Provide
    Arbitrary<String> waysToWriteASecret() {
        return Arbitraries.of(
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

    @Property(tries = 300)
    void noMessageShowsASecretHoweverAndWhereverItIsMiswritten(
            @ForAll @From("keysThatMayHoldASecret") String known,
            @ForAll @From("unknownKeys") String unknown,
            @ForAll @From("waysToWriteASecret") String written,
            @ForAll boolean isKnown)
            throws IOException {
        String key = isKnown ? known : unknown;
        Files.writeString(file, JobFiles.REQUIRED + "  " + key + ": " + written + "\n");

        for (String line : said(Map.of("PASSWORD", SECRET))) {
            assertThat(line).doesNotContain(SECRET);
        }
    }

    @Property(tries = 500)
    void whateverIsInTheFileItIsTakenOrItsProblemsAreLinesThatBeginWithItsName(
            @ForAll @IntRange(min = 0, max = 200) int at,
            @ForAll char put,
            @ForAll @IntRange(min = 0, max = 9) int taken)
            throws IOException {
        String whole = JobFiles.REQUIRED + "  limits: { max-share: 5%, floor: 3 }\n  identity: [domain]\n";
        int from = Math.min(at, whole.length());
        int to = Math.min(from + taken, whole.length());
        Files.writeString(
                file, whole.substring(0, from) + (Character.isSurrogate(put) ? '?' : put) + whole.substring(to));

        assertThat(said(Map.of()))
                .allSatisfy(line -> assertThat(line)
                        .startsWith(file.toString())
                        .doesNotContainPattern("[\\p{Cntrl}\\u2028\\u2029]"));
    }

    private static List<String> said(Map<String, String> variables) {
        try {
            return new JobFileReader(variables).read(file).warnings();
        } catch (JobFileException e) {
            return e.problems();
        }
    }
}

package dev.offboarding.jobfile;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Job files for tests, written into a folder and read back. */
final class JobFiles {
    static final String REQUIRED = """
            offboarding:
              job: nightly-csv
              list:
                csv: { inbox: inbox }
              platform: ledger
              protected-customers: protected-customers.csv
            """;

    static final String PARTNER_CENTER = """
            offboarding:
              job: nightly
              list: { csv: { inbox: inbox } }
              platform: partner-center
              protected-customers: none
              partner-center:
                tenant-id: contoso.onmicrosoft.com
                client-id: 99999999-8888-7777-6666-555555555555
            """;

    private final Path file;

    JobFiles(Path folder) {
        this.file = folder.resolve("x.yaml");
    }

    Path file() {
        return file;
    }

    LoadedJobFile load(String yaml) {
        return load(yaml, Map.of());
    }

    LoadedJobFile load(String yaml, Map<String, String> variables) {
        write(yaml);
        return new JobFileReader(variables).read(file);
    }

    /** What is said about this file, without the file's name before each. */
    List<String> problems(String yaml) {
        return problems(yaml, Map.of());
    }

    List<String> problems(String yaml, Map<String, String> variables) {
        write(yaml);
        return problems(new JobFileReader(variables));
    }

    List<String> problems(JobFileReader reader) {
        var thrown = catchThrowableOfType(JobFileException.class, () -> reader.read(file));
        if (thrown == null) {
            throw new AssertionError("the file was taken");
        }
        return thrown.problems().stream()
                .map(problem -> {
                    if (!problem.startsWith(file.toString())) {
                        throw new AssertionError("no file name before: " + problem);
                    }
                    return "x.yaml" + problem.substring(file.toString().length());
                })
                .toList();
    }

    private void write(String yaml) {
        try {
            Files.writeString(file, yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.offboarding.jobfile;

import java.nio.file.Path;
import java.util.List;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * A job file that was read and is right.
 *
 * @param environment system properties and environment variables before the file's own keys, {@code spring.*} among them
 * @param path as it was given
 * @param sha256 of the file's bytes, in lower-case hexadecimal digits
 * @param warnings a line each, to be shown to whoever started the job
 */
public record LoadedJobFile(
        JobFile jobFile, ConfigurableEnvironment environment, Path path, String sha256, List<String> warnings) {
    public LoadedJobFile {
        warnings = List.copyOf(warnings);
    }

    @Override
    public String toString() {
        return "LoadedJobFile[" + path + ", sha256=" + sha256 + "]";
    }
}

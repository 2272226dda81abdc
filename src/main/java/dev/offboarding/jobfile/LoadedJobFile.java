package dev.offboarding.jobfile;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * A job file that was read and is right.
 *
 * @param environment system properties and environment variables before the file's own keys, {@code spring.*} among them
 * @param path as it was given
 * @param sha256 of the file's bytes, in lower-case hexadecimal digits
 * @param keys every key of the file with its value as it was written, in the file's order; secrets are masked
 * @param overridden keys that an environment variable or a system property replaced, with that value and its name; secrets are
 *     masked
 * @param warnings one line each, to be shown to the person who started the job
 */
public record LoadedJobFile(
        JobFile jobFile,
        ConfigurableEnvironment environment,
        Path path,
        String sha256,
        Map<String, String> keys,
        Map<String, String> overridden,
        List<String> warnings) {
    public LoadedJobFile {
        keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
        overridden = Collections.unmodifiableMap(new LinkedHashMap<>(overridden));
        warnings = List.copyOf(warnings);
    }

    @Override
    public String toString() {
        return "LoadedJobFile[" + path + ", sha256=" + sha256 + "]";
    }
}

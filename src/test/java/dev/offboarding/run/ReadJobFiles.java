package dev.offboarding.run;

import dev.offboarding.jobfile.JobFileReader;
import dev.offboarding.jobfile.LoadedJobFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The job files of a scene, each read once for as long as neither it nor what may replace its keys has changed: its nights are many, and to
 * read it anew takes a seventh of a short one.
 */
final class ReadJobFiles {

    private record Given(Path file, String text, Map<Object, Object> properties, ZoneId zone) {}

    private final Map<Given, LoadedJobFile> read = new ConcurrentHashMap<>();

    LoadedJobFile read(Path file) {
        try {
            Given given =
                    new Given(file, Files.readString(file), Map.copyOf(System.getProperties()), ZoneId.systemDefault());
            return read.computeIfAbsent(given, it -> new JobFileReader().read(it.file()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

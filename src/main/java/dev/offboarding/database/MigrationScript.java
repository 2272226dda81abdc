package dev.offboarding.database;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** A migration as Flyway writes it into its history. */
record MigrationScript(
        @Nullable String script,
        @Nullable String version,
        @Nullable String description,
        @Nullable Integer checksum) {

    private static final Map<String, Set<MigrationScript>> READ = new ConcurrentHashMap<>();

    /** Those that this program brings, below a folder of the class path. */
    static Set<MigrationScript> in(String folder) {
        return READ.computeIfAbsent(folder, MigrationScript::read);
    }

    private static Set<MigrationScript> read(String folder) {
        try {
            Set<MigrationScript> scripts = new HashSet<>();
            for (Resource resource : new PathMatchingResourcePatternResolver(MigrationScript.class.getClassLoader())
                    .getResources("classpath:%s/V*.sql".formatted(folder))) {
                scripts.add(of(String.valueOf(resource.getFilename()), resource));
            }
            return Set.copyOf(scripts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MigrationScript of(String name, Resource resource) throws IOException {
        String[] parts = name.substring(1, name.length() - ".sql".length()).split("__", 2);
        return new MigrationScript(name, parts[0], parts[1].replace('_', ' '), checksum(resource));
    }

    /** Of its lines without their line ends, which depend on who has checked the file out. */
    private static int checksum(Resource resource) throws IOException {
        CRC32 checksum = new CRC32();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(resource.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                checksum.update(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        return (int) checksum.getValue();
    }
}

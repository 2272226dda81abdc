package dev.offboarding.run;

import dev.offboarding.database.Database;
import dev.offboarding.database.RunLock;
import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.kit.RegularFile;
import dev.offboarding.runs.CurrentRuns;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Under what conditions a run was made, for later readers of its report. */
final class RunFacts {

    private static final Path NAME_OF_THE_KERNEL = Path.of("/proc/sys/kernel/hostname");

    private RunFacts() {}

    static Map<String, @Nullable Object> of(
            LoadedJobFile loaded, Database database, RunLock lock, @Nullable String identity) {
        Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        facts.put("program", ProgramVersion.text());
        facts.put("java", System.getProperty("java.vendor") + " " + Runtime.version());
        facts.put(
                "postgresql",
                new JdbcTemplate(database.dataSource()).queryForObject("show server_version", String.class));
        facts.put("embedded_database", database.embedded());
        facts.put("platform_identity", identity);
        facts.put("host", host());
        facts.put("user", System.getProperty("user.name"));
        facts.put("parameters", System.getProperty("sun.java.command"));
        facts.putAll(CurrentRuns.facts(lock));
        facts.put("job_file", loaded.path().toString());
        facts.put("working_directory", Path.of("").toAbsolutePath().toString());
        facts.put("job_file_sha256", loaded.sha256());
        facts.put("job_file_keys", loaded.keys());
        facts.put("overridden_keys", loaded.overridden());
        facts.put("zone", loaded.jobFile().zone().getId());
        return facts;
    }

    /** A machine whose name cannot be resolved has one nevertheless, and people who meet its lock have to find it. */
    static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException notResolved) {
            try {
                return RegularFile.text(NAME_OF_THE_KERNEL, 1_000, StandardCharsets.UTF_8)
                        .strip();
            } catch (IOException notLinux) {
                return Stream.of("HOSTNAME", "COMPUTERNAME")
                        .map(System::getenv)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse("unknown");
            }
        }
    }
}

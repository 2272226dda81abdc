package dev.offboarding.command;

import dev.offboarding.standin.StandInForTryingOut;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * {@code ./mvnw spring-boot:test-run}: a whole run against Partner Center's stand-in, for which nobody needs an account. It begins anew
 * each time, so its database lasts no longer than it does; its job file stays in {@code target/partner-center}, to be read.
 *
 * <p>Nothing of it is a Spring application: the annotation is the mark by which {@code test-run} finds, among the main classes of the
 * tests, the one to start.
 */
@SpringBootApplication
public final class PartnerCenterOnOnesDesk {

    private static final Path FOLDER = Path.of("target", "partner-center");

    private PartnerCenterOnOnesDesk() {}

    public static void main(String... arguments) throws IOException {
        Files.createDirectories(FOLDER);
        int exitCode;
        try (EmbeddedPostgres database = EmbeddedPostgres.builder()
                .setLocaleConfig("locale", "C")
                .setLocaleConfig("locale-provider", "builtin")
                .setLocaleConfig("builtin-locale", "C.UTF-8")
                .start()) {
            StandInForTryingOut standIn = StandInForTryingOut.start(0, 0, 0);
            System.setProperty("PARTNER_CENTER_CLIENT_SECRET", StandInForTryingOut.CLIENT_SECRET);
            Path token = Files.writeString(FOLDER.resolve("refresh-token"), StandInForTryingOut.REFRESH_TOKEN);
            Path list = Files.writeString(FOLDER.resolve("list.csv"), list(standIn));
            Path job = Files.writeString(
                    FOLDER.resolve("job.yaml"), job(standIn, token, list, database.getJdbcUrl("postgres", "postgres")));
            System.out.printf("Partner Center is a stand-in with thirty customers; the job file is %s.%n%n", job);
            exitCode = CommandLineProgram.execute("run", job.toString());
            standIn.standIn().close();
        }
        System.exit(exitCode);
    }

    /** Without the one that is nobody's customer any more: somebody would have to look at it, and the run not end with 0. */
    private static String list(StandInForTryingOut it) {
        return it.list()
                .lines()
                .filter(line -> !line.contains(",Wingtip,"))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String job(StandInForTryingOut it, Path token, Path list, String database) {
        return """
                # Written anew by every ./mvnw spring-boot:test-run. Addresses and times are those of the stand-in; for a job
                # of your own begin with jobs/partner-center.yaml.
                offboarding:
                  job: partner-center-stand-in
                  list:
                    csv: { file: '%s' }
                  platform: partner-center
                  partner-center:
                    tenant-id: '%s'
                    client-id: '%s'
                    client-secret: ${PARTNER_CENTER_CLIENT_SECRET}
                    refresh-token-file: '%s'
                    api-url: '%s'
                    login-url: '%s'
                    graph-url: '%s'
                    new-commerce: end-at-term     # terms that still run are not renewed, and waited for
                  verification: { first-after: 2s, give-up-after: 30s }     # the stand-in is done within seconds
                  limits: { max-customers: 25, max-share: 50%%, per-30-days: 50%% }
                  protected-customers: none
                  approval: none
                spring.datasource.url: '%s'
                """.formatted(
                        list,
                        it.standIn().signIn().tenantId(),
                        it.standIn().signIn().clientId(),
                        token,
                        it.standIn().apiUrl(),
                        it.standIn().loginUrl(),
                        it.standIn().graphUrl(),
                        database);
    }
}

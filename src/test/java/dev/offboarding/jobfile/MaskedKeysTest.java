package dev.offboarding.jobfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskedKeysTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            offboarding.job                           | nightly                                             | nightly
            offboarding.ledger.password               | hunter2                                             | ***
            offboarding.ledger.password               | ${LEDGER_PASSWORD}                                  | ${LEDGER_PASSWORD}
            offboarding.ledger.password               | ${LEDGER_PASSWORD:hunter2}                          | ***
            offboarding.ledger.password               | hunter2${X}                                         | ***
            offboarding.partner-center.client-secret  | hunter2                                             | ***
            offboarding.partner-center.clientSecret   | hunter2                                             | ***
            offboarding.partner-center.refresh-token-file | hunter2                                         | ***
            spring.datasource.password                | hunter2                                             | ***
            spring.flyway.password                    | hunter2                                             | ***
            spring.datasource.url                     | jdbc:postgresql://h/db?user=u&password=hunter2&ssl=true | jdbc:postgresql://h/db?user=u&password=***&ssl=true
            spring.datasource.url                     | jdbc:postgresql://h/db?sslpassword=hunter2          | jdbc:postgresql://h/db?sslpassword=***
            spring.datasource.url                     | jdbc:postgresql://h/db?password=${P}&ssl=true       | jdbc:postgresql://h/db?password=${P}&ssl=true
            spring.datasource.url                     | jdbc:postgresql://u:hunter2@h/db                    | jdbc:postgresql://***@h/db
            offboarding.partner-center.api-url        | https://u:hunter2@h/x                               | https://***@h/x
            offboarding.notify.heartbeat              | https://hc.example.com/hunter2                      | ***
            offboarding.notify.webhook.url            | https://hooks.example.com/hunter2                   | ***
            offboarding.report.signing-key-file       | secrets/report.pem                                  | secrets/report.pem
            """)
    void aSecretIsMaskedAndWhatIsNoneStaysReadable(String key, String text, String shown) {
        assertThat(MaskedKeys.masked(key, text)).isEqualTo(shown);
    }

    @Test
    void theLoadedFileKnowsWhatItSaidInItsOrderAndWhatStoodInItsPlace() {
        LoadedJobFile loaded = new JobFiles(folder)
                .load("""
                # an old one: hunter1
                offboarding:
                  job: nightly
                  list: { csv: { inbox: inbox } }
                  platform: ledger
                  protected-customers: none
                  identity: [domain]
                  limits: { max-customers: 7 }
                  ledger: { url: "jdbc:postgresql://h/db", password: hunter2 }
                """, Map.of("OFFBOARDING_LIMITS_MAXCUSTOMERS", "9", "OFFBOARDING_LEDGER_PASSWORD", "hunter3"));

        assertThat(loaded.keys().toString())
                .isEqualTo("{offboarding.job=nightly, offboarding.list.csv.inbox=inbox, offboarding.platform=ledger, "
                        + "offboarding.protected-customers=none, offboarding.identity[0]=domain, offboarding.limits.max-customers=7, "
                        + "offboarding.ledger.url=jdbc:postgresql://h/db, offboarding.ledger.password=***}");
        assertThat(loaded.overridden())
                .isEqualTo(Map.of(
                        "offboarding.limits.max-customers",
                        "9 (environment variable OFFBOARDING_LIMITS_MAXCUSTOMERS)",
                        "offboarding.ledger.password",
                        "*** (environment variable OFFBOARDING_LEDGER_PASSWORD)"));
    }
}

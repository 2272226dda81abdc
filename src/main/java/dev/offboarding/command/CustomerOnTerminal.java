package dev.offboarding.command;

import dev.offboarding.audit.AuditEvents;
import dev.offboarding.cases.CustomerLookup;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.kit.Guid;
import dev.offboarding.kit.OneLine;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** The customer that somebody means who wrote an id, a domain, a company name or a ticket. */
final class CustomerOnTerminal {

    /** As many fit on a screen; one ticket may have listed a thousand. */
    private static final int SHOWN = 20;

    private CustomerOnTerminal() {}

    /** Empty where nobody fits, or more than one: then that is said, and nothing is to be done. */
    static Optional<UUID> find(JobFile jobFile, DataSource dataSource, String typed, PrintWriter err) {
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        String platform = jobFile.platform().text();
        CustomerLookup lookup = new CustomerLookup(jdbc, platform, jobFile.job());
        List<UUID> found = lookup.find(typed);
        if (found.size() == 1) {
            return Optional.of(found.get(0));
        }
        UUID id = Guid.of(typed.strip());
        if (found.isEmpty() && id != null) {
            // a plan tells of customers of whom nothing was accepted yet
            if (new AuditEvents(jdbc).anyOfCustomer(platform, id)) {
                return Optional.of(id);
            }
            err.println(
                    "Nothing is known of customer %s on %s: it was never listed. Check the id, and that the job file names the right database."
                            .formatted(id, platform));
        } else if (found.isEmpty()) {
            err.println(OneLine.of(
                    "Nobody on %s is known as \"%s\": it was looked for as a customer's id, domain, company name and ticket, each as a whole, among the rows that job %s accepted and all cases on %s. Write the id, a GUID; \"offboarding cases JOBFILE --all\" lists who is known."
                            .formatted(platform, typed, jobFile.job(), platform)));
        } else {
            err.println(
                    OneLine.of("%d customers fit \"%s\", and nothing was done. Write the id of the one that is meant:"
                            .formatted(found.size(), typed)));
            found.stream()
                    .limit(SHOWN)
                    .map(lookup::describe)
                    .forEach(one -> err.println(OneLine.indented("  %s  %s  %s  %s"
                            .formatted(one.customerId(), or(one.companyName()), or(one.domain()), one.standing()))));
            if (found.size() > SHOWN) {
                err.println("  and %d more".formatted(found.size() - SHOWN));
            }
        }
        return Optional.empty();
    }

    private static String or(@Nullable String text) {
        return text == null ? "-" : text;
    }
}

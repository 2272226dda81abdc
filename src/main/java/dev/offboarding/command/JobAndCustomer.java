package dev.offboarding.command;

import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** What a verb about one customer is given. */
final class JobAndCustomer {

    @Parameters(index = "0", paramLabel = "JOBFILE", description = "The job file, such as jobs/sample.yaml.")
    Path jobFile = Path.of("");

    @Parameters(
            index = "1",
            paramLabel = "CUSTOMER",
            description =
                    "The customer's id, its domain, its company name, or a ticket. Where several fit they are listed.")
    String customer = "";
}

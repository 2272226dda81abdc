package dev.offboarding.command;

import dev.offboarding.kit.OneLine;
import dev.offboarding.report.Certificates;
import dev.offboarding.report.EvidenceException;
import dev.offboarding.report.NoCertificateException;
import dev.offboarding.run.PlatformIdentity;
import dev.offboarding.runs.ExitCode;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "certificate",
        description = {
            "One printable page that proves one customer's offboarding, to be handed to that customer.",
            "Reads; writes the page below the job's reports, and nothing else."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  offboarding certificate jobs/sample.yaml OPS-2101"},
        mixinStandardHelpOptions = true)
final class CertificateCommand implements Callable<Integer> {

    @Mixin
    private JobAndCustomer about = new JobAndCustomer();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        return JobDatabase.read(spec, about.jobFile, (loaded, database, out, err) -> {
            Optional<UUID> customer =
                    CustomerOnTerminal.find(loaded.jobFile(), database.dataSource(), about.customer, err);
            if (customer.isEmpty()) {
                return ExitCode.WRONG_USAGE;
            }
            Certificates certificates = new Certificates(
                    database.dataSource(),
                    loaded.jobFile().reports(),
                    loaded.jobFile().report().rights(),
                    Clock.systemUTC(),
                    loaded.jobFile().zone(),
                    loaded.jobFile().report().reseller());
            try {
                out.println("Certificate: "
                        + certificates
                                .issue(
                                        loaded.jobFile().platform().text(),
                                        PlatformIdentity.of(loaded.jobFile(), database),
                                        customer.get())
                                .toAbsolutePath()
                                .normalize());
                return ExitCode.OK;
            } catch (NoCertificateException e) {
                // a certificate that cannot exist was requested: nothing is wrong with the evidence, and nothing was
                // written
                err.println(OneLine.of(String.valueOf(e.getMessage())));
                return ExitCode.WRONG_USAGE;
            } catch (EvidenceException e) {
                err.println(OneLine.of(String.valueOf(e.getMessage())));
                return ExitCode.EVIDENCE_BROKEN;
            }
        });
    }
}

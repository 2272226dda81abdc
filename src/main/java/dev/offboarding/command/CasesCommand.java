package dev.offboarding.command;

import dev.offboarding.cases.CaseList;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.interventions.AskedOfJob;
import dev.offboarding.interventions.Interventions;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.kit.CsvWriter;
import dev.offboarding.kit.OneLine;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "cases",
        description = {
            "The open cases of a job, one line each: where each stands, what it waits for and since when.",
            "Changes nothing. Also while a run is under way."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  offboarding cases jobs/sample.yaml",
            "  offboarding cases jobs/sample.yaml --manual             what waits for a person",
            "  offboarding cases jobs/sample.yaml --hold TERM_COMMITMENT",
            "  offboarding cases jobs/sample.yaml --all --csv > cases.csv"
        },
        mixinStandardHelpOptions = true)
final class CasesCommand implements Callable<Integer> {

    private static final String LINE = "%-36s  %-10s  %-23s  %-10s  %-10s  %-12s  %s";
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT);

    @Parameters(paramLabel = "JOBFILE", description = "The job file, such as jobs/sample.yaml.")
    private Path jobFile = Path.of("");

    @Option(
            names = "--hold",
            paramLabel = "REASON",
            description = "Only those held for this reason: ${COMPLETION-CANDIDATES}.")
    private @Nullable HoldReason hold;

    @Option(names = "--all", description = "Closed cases, too.")
    private boolean all;

    @Option(names = "--manual", description = "Only those that wait for a person to do something elsewhere.")
    private boolean manual;

    @Option(names = "--csv", description = "As CSV, for programs and spreadsheets: no cell is a formula.")
    private boolean csv;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        return JobDatabase.read(spec, jobFile, (loaded, database, out, err) -> {
            JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
            JobFile job = loaded.jobFile();
            AskedOfJob asked = new Interventions(jdbc)
                    .ofJob(
                            new Interventions.Job(job.job(), job.platform().text()),
                            LocalDate.now(Clock.system(job.zone())));
            Cases cases = each -> new CaseList(jdbc).each(job.job(), asked, hold, manual, all, each);
            if (csv) {
                table(cases, out);
            } else {
                lines(cases, job.zone(), out);
            }
            return ExitCode.OK;
        });
    }

    /** Those that are wanted, and how many. */
    private interface Cases {
        long each(Consumer<CaseList.Row> each);
    }

    private void lines(Cases cases, ZoneId zone, PrintWriter out) {
        boolean[] begun = new boolean[1];
        long[] notHeld = new long[1];
        Map<HoldReason.Kind, Long> waiting = new EnumMap<>(HoldReason.Kind.class);
        long count = cases.each(row -> {
            if (!begun[0]) {
                begun[0] = true;
                out.println(LINE.formatted(
                        "CUSTOMER", "STATE", "WAITS FOR", "SINCE", "UNTIL", "TICKET", "NAME, LIST, WHY"));
            }
            out.println(OneLine.of(line(row, zone)));
            HoldReason.Kind kind = row.waitsFor();
            if (kind != null && row.closedAs() == null) {
                waiting.merge(kind, 1L, Long::sum);
            } else if (row.closedAs() == null) {
                notHeld[0]++;
            }
        });
        if (count == 0) {
            out.println(
                    manual
                            ? "No %scase waits for a person to do something elsewhere."
                                    .formatted(hold == null ? "open " : "such ")
                            : "No %scases.".formatted(all ? "" : "open "));
        } else {
            out.println(counted(count) + (manual || hold != null ? "" : waiting(waiting, notHeld[0])));
        }
    }

    private String counted(long count) {
        String what = all && !manual ? "" : " open";
        return "%d%s %s%s%s."
                .formatted(
                        count,
                        what,
                        count == 1 ? "case" : "cases",
                        hold == null ? "" : ", held as " + hold,
                        manual ? ", waiting for a person" : "");
    }

    /** In the words of the report's page. */
    private static String waiting(Map<HoldReason.Kind, Long> counts, long notHeld) {
        List<String> words = new ArrayList<>();
        counts.forEach((kind, count) -> words.add(count
                + switch (kind) {
                    case WAITS -> count == 1 ? " goes on by itself" : " go on by themselves";
                    case WAITS_FOR_A_PERSON ->
                        count == 1
                                ? " waits for a person to do something elsewhere"
                                : " wait for a person to do something elsewhere";
                    case SOMEBODY_HAS_TO_LOOK -> count == 1 ? " has to be looked at" : " have to be looked at";
                }));
        if (notHeld > 0) {
            words.add(notHeld + (notHeld == 1 ? " is taken on by the next run" : " are taken on by the next run"));
        }
        return words.isEmpty() ? "" : " " + String.join(", ", words) + ".";
    }

    private static String line(CaseList.Row row, ZoneId zone) {
        String closedAs = row.closedAs();
        return LINE.formatted(
                row.customerId(),
                row.state(),
                closedAs != null ? closedAs : orDash(row.hold()),
                day(closedAs == null ? row.since() : row.closedAt(), zone),
                closedAs == null ? orDash(row.until()) : "-",
                orDash(row.ticket()),
                "%s%s%s:%d%s"
                        .formatted(
                                row.name(),
                                row.name().isEmpty() ? "" : ", ",
                                row.source(),
                                row.line(),
                                row.message() == null ? "" : "  (" + row.message() + ")"));
    }

    private static String day(@Nullable Instant at, ZoneId zone) {
        return at == null ? "-" : DAY.format(at.atZone(zone));
    }

    private static String orDash(@Nullable String text) {
        return text == null ? "-" : text;
    }

    private void table(Cases cases, PrintWriter out) {
        try (CsvWriter csv = new CsvWriter(new Text(out))) {
            csv.row(List.of(
                    "customer_id",
                    "company_name",
                    "domain",
                    "source",
                    "line",
                    "ticket",
                    "state",
                    "hold_reason",
                    "hold_since",
                    "hold_until",
                    "message",
                    "opened_at",
                    "closed_at",
                    "closed_as",
                    "effective_date"));
            cases.each(row -> csv.row(Arrays.<@Nullable Object>asList(
                    row.customerId(),
                    row.companyName(),
                    row.domain(),
                    row.source(),
                    row.line(),
                    row.ticket(),
                    row.state(),
                    row.hold(),
                    row.since(),
                    row.until(),
                    row.message(),
                    row.openedAt(),
                    row.closedAt(),
                    row.closedAs(),
                    row.effectiveDate())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is written in whole rows of UTF-8, as text of the terminal's; without the mark that a file begins with. */
    private static final class Text extends OutputStream {
        private final PrintWriter out;

        Text(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void write(int b) {
            throw new UnsupportedOperationException("rows are written whole");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
            out.write(text.startsWith("\uFEFF") ? text.substring(1) : text);
        }

        @Override
        public void close() {
            out.flush();
        }
    }
}

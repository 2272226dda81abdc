package dev.offboarding.run;

import dev.offboarding.cases.CaseOutcome;
import dev.offboarding.cases.Cases;
import dev.offboarding.lists.ReceivedLists;
import dev.offboarding.report.Evidence;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Runs;
import dev.offboarding.runs.Stop;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;

/** Which exit code a run ends with. */
final class RunExitCode {

    private final RunInfo run;
    private final Cases cases;
    private final Runs runs;
    private final Failures failures;
    private final ReceivedLists received;

    RunExitCode(RunInfo run, Cases cases, Runs runs, Failures failures, JdbcTemplate jdbc) {
        this.run = run;
        this.cases = cases;
        this.runs = runs;
        this.failures = failures;
        this.received = new ReceivedLists(jdbc);
    }

    /**
     * The weightiest of all that apply. What is wrong with the evidence becomes a failure of the run.
     *
     * @param stops what has stopped the run
     * @param evidence what the database says of it once its steps are over
     */
    ExitCode of(List<Stop> stops, Evidence.Found evidence) {
        String runId = run.runId();
        Set<ExitCode> codes = EnumSet.of(ExitCode.OK);
        evidence.problems().forEach(problem -> failures.add("report", ExitCode.EVIDENCE_BROKEN, problem));
        failures.all().forEach(failure -> codes.add(ExitCode.of(failure.exitCode())));
        stops.forEach(stop -> codes.add(stop.reason().exitCode()));
        if (received.hasRejects(runId)
                || cases.hasNewHold()
                || runs.hasNewDueDay(runId)
                || runs.someWaitForApproval(runId)
                || cases.hasOutcome(CaseOutcome.FAILED)
                || cases.hasOutcome(CaseOutcome.RE_ESTABLISHED)) {
            codes.add(ExitCode.NEEDS_ATTENTION);
        }
        // a plan does not read effects
        if (run.writes() && cases.hasOutcome(CaseOutcome.REMOVED)) {
            codes.add(ExitCode.TO_BE_CONFIRMED);
        }
        return ExitCode.weightiest(codes);
    }
}

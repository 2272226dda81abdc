package dev.offboarding.run;

import dev.offboarding.database.DatabaseUnavailableException;
import dev.offboarding.database.ServerFault;
import dev.offboarding.kit.CancelledException;
import dev.offboarding.kit.OneLine;
import dev.offboarding.lists.ListFailedException;
import dev.offboarding.lists.ListUnavailableException;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.report.EvidenceException;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Failure;
import dev.offboarding.runs.RunLostException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/** What went wrong in a run: in plain words for the report, with its stack trace for the log file. */
public final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private static final String OUR_OWN = "dev.offboarding.";

    private final List<Failure> failures = new ArrayList<>();

    synchronized List<Failure> all() {
        return List.copyOf(failures);
    }

    synchronized void add(String step, ExitCode exitCode, String what, Throwable cause) {
        LOG.error("{}: {}", step, what, cause);
        failures.add(new Failure(step, exitCode.code(), what + ": " + reason(cause)));
    }

    synchronized void add(String step, ExitCode exitCode, String what) {
        LOG.error("{}: {}", step, what);
        failures.add(new Failure(step, exitCode.code(), what));
    }

    /** Adds what ended a step. */
    synchronized void add(String step, Throwable cause) {
        LOG.error("{} failed", step, cause);
        ExitCode exitCode = exitCode(cause);
        String message = switch (exitCode) {
            case UNAVAILABLE, WRONG_USAGE, EVIDENCE_BROKEN -> reason(cause);
            default -> "unexpected: %s; the log file says where".formatted(reason(cause));
        };
        failures.add(new Failure(step, exitCode.code(), message));
    }

    /** Whether a step ended only because the run was asked to stop: the run itself says so. */
    static boolean isCancellation(Throwable cause) {
        for (Throwable c = cause; c != null; c = c.getCause()) {
            if (c instanceof CancelledException) {
                return true;
            }
        }
        return false;
    }

    static ExitCode exitCode(Throwable cause) {
        for (Throwable c = cause; c != null; c = c.getCause()) {
            if (c instanceof ListUnavailableException) {
                return ExitCode.WRONG_USAGE;
            }
            if (c instanceof EvidenceException) {
                return ExitCode.EVIDENCE_BROKEN;
            }
            if (c instanceof ListGoneException
                    || c instanceof ListFailedException
                    || c instanceof PlatformUnavailableException
                    || c instanceof CancelledException
                    || c instanceof DatabaseUnavailableException
                    || c instanceof RunLostException
                    || c instanceof CannotGetJdbcConnectionException
                    || c instanceof CannotCreateTransactionException
                    || c instanceof TransactionSystemException
                    || c instanceof QueryTimeoutException
                    || c instanceof DataAccessResourceFailureException) {
                return ExitCode.UNAVAILABLE;
            }
        }
        return ServerFault.inWords(cause) == null ? ExitCode.UNEXPECTED : ExitCode.UNAVAILABLE;
    }

    /** One line: what we say about it ourselves, which is for people; else the innermost cause that says anything. */
    public static String reason(Throwable cause) {
        Throwable last = cause;
        boolean ours = false;
        for (Throwable c = cause; c != null && !ours; c = c.getCause()) {
            if (c.getMessage() != null && !c.getMessage().isBlank()) {
                last = c;
                ours = c.getClass().getName().startsWith(OUR_OWN);
            }
        }
        String fault = ours ? null : ServerFault.inWords(cause);
        if (fault != null) {
            return fault;
        }
        String message = last.getMessage() == null ? last.getClass().getSimpleName() : last.getMessage();
        return OneLine.joined(message);
    }
}

package dev.offboarding.runs;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** What the program ends with. */
public enum ExitCode {
    OK(0),
    UNEXPECTED(1),
    WRONG_USAGE(2),
    STOPPED_BY_LIMIT(3),
    NEEDS_ATTENTION(4),
    TO_BE_CONFIRMED(5),
    ALREADY_RUNNING(6),
    UNAVAILABLE(7),
    EVIDENCE_BROKEN(8),
    STOPPED_EARLY(9);

    /** Of several, the first in this order. */
    private static final List<ExitCode> BY_WEIGHT = List.of(
            WRONG_USAGE,
            ALREADY_RUNNING,
            UNEXPECTED,
            EVIDENCE_BROKEN,
            UNAVAILABLE,
            STOPPED_BY_LIMIT,
            STOPPED_EARLY,
            NEEDS_ATTENTION,
            TO_BE_CONFIRMED,
            OK);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** Whether the run went through to its end: all that could be done was done, though somebody may have to look at what it found. */
    public boolean finished() {
        return this == OK || this == NEEDS_ATTENTION || this == TO_BE_CONFIRMED;
    }

    public static Integer[] finishedCodes() {
        return Arrays.stream(values())
                .filter(ExitCode::finished)
                .map(ExitCode::code)
                .toArray(Integer[]::new);
    }

    public static ExitCode of(int code) {
        for (ExitCode exitCode : values()) {
            if (exitCode.code == code) {
                return exitCode;
            }
        }
        throw new IllegalArgumentException("no exit code " + code);
    }

    public static ExitCode weightiest(Collection<ExitCode> codes) {
        return BY_WEIGHT.stream().filter(codes::contains).findFirst().orElse(OK);
    }
}

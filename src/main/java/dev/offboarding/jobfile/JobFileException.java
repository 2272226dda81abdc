package dev.offboarding.jobfile;

import java.util.List;

/** A job file that cannot be used. Each problem is one line that says where, what and how to correct it, and shows no secret. */
public final class JobFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    JobFileException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    /** In the order of the file's lines. */
    public List<String> problems() {
        return problems;
    }
}

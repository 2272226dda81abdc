package dev.offboarding.schedule;

import java.util.List;

/** Nothing can be scheduled like this. Each problem is one line that says where, what and how to correct it. */
public final class ScheduleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    ScheduleException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}

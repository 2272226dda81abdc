package dev.offboarding.jobfile;

import dev.offboarding.kit.OneLine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is wrong with a job file, collected so that all of it is said at once. */
final class Problems {
    private record Problem(int line, String text) {}

    private final String file;
    private final List<Problem> found = new ArrayList<>();

    Problems(Path file) {
        this.file = OneLine.harmless(file.toString());
    }

    /** @param line counted from 1; 0 if no line is to blame */
    void add(int line, String text) {
        found.add(new Problem(line, at(line) + OneLine.harmless(text)));
    }

    JobFileException fatal(int line, String text) {
        add(line, text);
        return exception();
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw exception();
        }
    }

    /** Says where, for a text that is not a problem but a warning. */
    String at(int line) {
        return file + (line > 0 ? ", line " + line + ": " : ": ");
    }

    private JobFileException exception() {
        return new JobFileException(found.stream()
                .sorted(Comparator.comparingInt(Problem::line))
                .map(Problem::text)
                .distinct()
                .toList());
    }
}

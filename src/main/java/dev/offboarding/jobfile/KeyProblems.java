package dev.offboarding.jobfile;

import dev.offboarding.jobfile.JobFileKeys.Key;
import java.util.LinkedHashSet;
import java.util.Set;

/** What is wrong with the keys of a job file: of each key, of those above it and of those below it, only what was found first. */
final class KeyProblems {
    private final Problems problems;
    private final Set<String> wrong = new LinkedHashSet<>();

    KeyProblems(Problems problems) {
        this.problems = problems;
    }

    /** Whether there is a problem with this key, with one above it or with one below it. */
    boolean has(String path) {
        return wrong.stream()
                .anyMatch(other -> other.equals(path) || other.startsWith(path + ".") || path.startsWith(other + "."));
    }

    /** @param from where the value comes from if not from the file, in brackets; else empty */
    void add(Key key, int line, String from, String text) {
        if (!has(key.path())) {
            wrong.add(key.path());
            problems.add(line, key.full() + from + ": " + text);
        }
    }

    /** Said whatever else is wrong with the key. */
    void addTwice(Key key, int line, int first) {
        wrong.add(key.path());
        problems.add(line, key.full() + ": is here twice, first on line " + first + "; keep one of them");
    }
}

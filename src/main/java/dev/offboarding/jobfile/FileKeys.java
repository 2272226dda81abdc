package dev.offboarding.jobfile;

import dev.offboarding.jobfile.JobFileKeys.Key;
import dev.offboarding.jobfile.YamlText.Entry;
import dev.offboarding.jobfile.YamlText.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The keys of a job file: which key each of its entries is, and whether it has the shape that the key wants. */
final class FileKeys {
    private final JobFileKeys keys;
    private final Problems problems;
    private final KeyProblems wrong;
    private final Map<String, Integer> lines = new LinkedHashMap<>();
    private final Map<String, List<Written>> written = new LinkedHashMap<>();

    /** @throws JobFileException if there is no section of ours at all */
    FileKeys(List<Entry> entries, JobFileKeys keys, Problems problems, KeyProblems wrong) {
        this.keys = keys;
        this.problems = problems;
        this.wrong = wrong;
        Set<String> done = new LinkedHashSet<>();
        for (Entry entry : entries) {
            String canonical = YamlText.canonical(entry.name());
            if (canonical.equals(JobFileKeys.PREFIX)) {
                takeTop(entry);
            } else if (canonical.startsWith(JobFileKeys.PREFIX + ".")
                    && done.stream().noneMatch(entry.name()::startsWith)
                    && !take(entry, entry.name().substring(entry.name().indexOf('.') + 1))) {
                done.add(entry.name() + ".");
                done.add(entry.name() + "[");
            }
        }
    }

    /** The values of each key in the file, in the file's order; none for one of the wrong shape. */
    Map<String, List<Written>> written() {
        return written;
    }

    /** The line of a key or, if it is not in the file, of the section in which it would; 0 without one. */
    int line(String path) {
        for (Key key = keys.get(path); ; key = keys.get(key.parent())) {
            Integer line = lines.get(key.path());
            if (line != null) {
                return line;
            } else if (key.path().isEmpty()) {
                return 0;
            }
        }
    }

    private void takeTop(Entry entry) {
        lines.put("", entry.line());
        if (entry.kind() != Kind.SECTION) {
            throw problems.fatal(entry.line(), "offboarding: there have to be keys below it, indented");
        }
    }

    /** @return false if nothing below this entry has to be read any more */
    private boolean take(Entry entry, String path) {
        int bracket = path.indexOf('[');
        Key key = keys.find(bracket < 0 ? path : path.substring(0, bracket));
        if (key == null) {
            unknown(entry, path);
            return false;
        }
        return key.section() ? takeSection(entry, key) : takeValue(entry, key, bracket >= 0);
    }

    private boolean takeSection(Entry entry, Key key) {
        lines.putIfAbsent(key.path(), entry.line());
        if (entry.kind() == Kind.SECTION) {
            return true;
        }
        // a section whose keys are all commented out is one that is not there
        if (entry.kind() == Kind.LIST || !entry.text().isBlank()) {
            wrong.add(
                    key,
                    line(key.path()),
                    "",
                    "takes keys below it, no value: " + String.join(", ", keys.allowedIn(key)));
        }
        return false;
    }

    private boolean takeValue(Entry entry, Key key, boolean element) {
        Integer before = lines.putIfAbsent(key.path(), entry.line());
        if (entry.kind() == Kind.SECTION) {
            return wrongShape(key, "takes a value, no keys below it");
        } else if (!key.many() && (element || entry.kind() == Kind.LIST)) {
            return wrongShape(key, "takes one value, no list");
        } else if (element && entry.kind() == Kind.LIST) {
            return wrongShape(key, "takes one list, no list of lists");
        } else if (!element && before != null) {
            wrong.addTwice(key, entry.line(), before);
            return false;
        }
        List<Written> all = written.computeIfAbsent(key.path(), k -> new ArrayList<>());
        if (entry.kind() == Kind.VALUE) {
            all.add(new Written(entry.text(), null));
        }
        return true;
    }

    private boolean wrongShape(Key key, String text) {
        written.putIfAbsent(key.path(), List.of());
        wrong.add(key, line(key.path()), "", text);
        return false;
    }

    private void unknown(Entry entry, String path) {
        Key section = keys.get("");
        for (String above = path; above.contains("."); ) {
            above = above.substring(0, above.lastIndexOf('.'));
            Key found = keys.find(above);
            if (found != null) {
                section = found;
                break;
            }
        }
        String name = path.substring(path.lastIndexOf('.') + 1);
        String unknown = JobFileKeys.PREFIX + "." + path + ": unknown key; ";
        if (!section.section()) {
            problems.add(entry.line(), unknown + section.full() + " takes a value, no keys below it");
            return;
        }
        problems.add(
                entry.line(),
                unknown + "allowed here: " + String.join(", ", keys.allowedIn(section))
                        + keys.meant(name, section)
                                .map(meant -> "; did you mean " + meant + "?")
                                .orElse(""));
    }
}

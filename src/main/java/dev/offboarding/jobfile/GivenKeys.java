package dev.offboarding.jobfile;

import dev.offboarding.jobfile.JobFileKeys.Key;
import dev.offboarding.jobfile.JobFileValues.WrongValue;
import dev.offboarding.jobfile.YamlText.Entry;
import dev.offboarding.kit.OneLine;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.util.PlaceholderResolutionException;

/** What a job file says, and what environment variables and system properties say in its place. */
final class GivenKeys {
    private final JobFileKeys keys;
    private final ConfigurableEnvironment environment;
    private final Problems problems;
    private final KeyProblems wrong;
    private final FileKeys file;
    private final Map<String, List<Written>> written;
    private final Map<String, Object> values = new LinkedHashMap<>();

    /** @param yaml of which {@code environment} holds the values already, behind what may replace them */
    GivenKeys(
            YamlText yaml,
            PropertySource<?> yamlSource,
            JobFileKeys keys,
            ConfigurableEnvironment environment,
            Problems problems) {
        this.keys = keys;
        this.environment = environment;
        this.problems = problems;
        wrong = new KeyProblems(problems);
        file = new FileKeys(yaml.entries(), keys, problems, wrong);
        written = new LinkedHashMap<>(file.written());
        var overrides = new Overrides(environment, yamlSource);
        for (Key key : keys.values()) {
            List<Written> inItsPlace = overrides.of(key);
            if (!inItsPlace.isEmpty()) {
                written.put(key.path(), inItsPlace);
            }
        }
        SpringKeys.check(yaml.entries(), keys, overrides, this::isBlank, problems);
        StrayVariables.check(yaml.entries(), keys, overrides, problems);
        checkDataSource(yaml.entries(), overrides);
        keys.values().forEach(this::readValue);
    }

    /** Whether this key, or a key below it, was given, right or wrong. */
    boolean has(String path) {
        return written.keySet().stream().anyMatch(given -> given.equals(path) || given.startsWith(path + "."));
    }

    /** Null if it was not given or is wrong. */
    @Nullable
    Object value(String path) {
        return values.get(path);
    }

    /** The keys that are replaced by something that is not in the file: its value, without a secret, and where it comes from. */
    Map<String, String> overridden() {
        Map<String, String> overridden = new LinkedHashMap<>();
        written.forEach((path, all) -> all.stream()
                .filter(one -> !one.inTheFile())
                .forEach(one -> overridden.merge(
                        keys.get(path).full(),
                        MaskedKeys.masked(path, one.text()) + " (" + one.from() + ")",
                        (before, next) -> before + ", " + next)));
        return overridden;
    }

    void put(String path, Object value) {
        values.put(path, value);
    }

    /** Forgets the right values of this key and of those below it. */
    void drop(String dropped) {
        values.keySet().removeIf(path -> path.equals(dropped) || path.startsWith(dropped + "."));
    }

    /** The values that are right, under their whole keys. */
    Map<String, Object> values() {
        Map<String, Object> full = new LinkedHashMap<>();
        values.forEach((path, value) -> full.put(keys.get(path).full(), value));
        return full;
    }

    /** Says what is wrong with a key, unless something was said already. */
    void problem(String path, String text) {
        wrong.add(keys.get(path), line(path), from(path), text);
    }

    /** Says what is wrong with a key's value, which is shown if it may be. */
    void wrongValue(String path, String text) {
        problem(path, shown(path) + " " + text);
    }

    String warning(String path, String text) {
        return OneLine.harmless(problems.at(line(path)) + keys.get(path).full() + from(path) + ": " + text);
    }

    /** Whether the value is in the file itself, word for word. */
    boolean isLiteral(String path) {
        return isWritten(path, text -> !text.contains("${"));
    }

    /** Whether the file says what the key is, be it only for where a variable is not set. */
    boolean isLiteralOrHasADefault(String path) {
        return isWritten(path, JobFileRules::showsASecret);
    }

    private boolean isWritten(String path, Predicate<String> how) {
        return written.getOrDefault(path, List.of()).stream()
                .anyMatch(one -> one.inTheFile() && !one.text().isEmpty() && how.test(one.text()));
    }

    private void checkDataSource(List<Entry> entries, Overrides overrides) {
        for (Entry entry : entries) {
            String unset = YamlText.canonical(entry.name()).matches("spring\\.(datasource|flyway)\\..*")
                    ? unset(entry.text())
                    : null;
            if (unset != null && overrides.texts(entry.name()).isEmpty()) {
                problems.add(entry.line(), entry.name() + ": " + unset);
            }
        }
    }

    private void readValue(Key key) {
        List<Written> all = written.get(key.path());
        if (all == null || wrong.has(key.path())) {
            return;
        }
        List<Object> read = new ArrayList<>();
        for (Written one : all) {
            String text = resolved(key, one);
            if (text == null) {
                return;
            }
            for (String part : key.many() ? text.split(",", -1) : new String[] {text}) {
                Object value = value(key, part);
                if (value == null) {
                    return;
                }
                read.add(value);
            }
        }
        if (key.many() && read.isEmpty()) {
            problem(key.path(), "has no value; write at least one");
        } else if (key.many()) {
            values.put(key.path(), read);
        } else if (!read.get(0).equals("")) {
            values.put(key.path(), read.get(0));
        }
    }

    private @Nullable Object value(Key key, String text) {
        // a database may let its user in without one
        if (text.isBlank() && !key.name().equals("password")) {
            problem(key.path(), "has no value; write one, or take the key out");
            return null;
        }
        try {
            boolean asItIs = key.name().equals("password") || key.name().equals("client-secret");
            return JobFileValues.read(asItIs ? text : text.strip(), key.type());
        } catch (WrongValue e) {
            wrongValue(key.path(), String.valueOf(e.getMessage()));
            return null;
        }
    }

    private @Nullable String resolved(Key key, Written one) {
        if (!one.inTheFile()) {
            return environment.resolvePlaceholders(one.text());
        }
        String unset = unset(one.text());
        if (unset != null) {
            problem(key.path(), unset);
            return null;
        }
        return environment.resolvePlaceholders(one.text());
    }

    /** What is wrong with the variables in a text; null if nothing is. */
    private @Nullable String unset(String text) {
        try {
            environment.resolveRequiredPlaceholders(text);
            return null;
        } catch (PlaceholderResolutionException e) {
            // a variable's own value, a secret perhaps, may look like a variable too, and is not shown
            return text.contains("${" + e.getPlaceholder())
                    ? "the environment variable " + e.getPlaceholder()
                            + " is not set; set it before the program is started"
                    : "what its variable stands for has ${ in it, as if it were a variable again; change that value";
        }
    }

    private boolean isBlank(String text) {
        return unset(text) == null && environment.resolvePlaceholders(text).isBlank();
    }

    private int line(String path) {
        return from(path).isEmpty() ? file.line(path) : 0;
    }

    private String from(String path) {
        return written.getOrDefault(path, List.of()).stream()
                .filter(one -> !one.inTheFile())
                .map(one -> " (from the " + one.from() + ")")
                .findFirst()
                .orElse("");
    }

    private String shown(String path) {
        Key key = keys.get(path);
        String text = String.join(
                ", ",
                written.getOrDefault(path, List.of()).stream()
                        .map(Written::text)
                        .toList());
        // a web address may hold user and password
        if (key.secret() || (key.type() == URI.class && text.matches(".*[@?#].*"))) {
            return "its value";
        }
        // what a variable stands for may be a secret that was put into the wrong place
        String cut = OneLine.cut(text, 80);
        return text.contains("${") ? "what \"" + cut + "\" stands for" : "\"" + cut + "\"";
    }
}

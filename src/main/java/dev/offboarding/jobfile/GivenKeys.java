package dev.offboarding.jobfile;

import dev.offboarding.jobfile.JobFileKeys.Key;
import dev.offboarding.jobfile.JobFileValues.WrongValue;
import dev.offboarding.jobfile.YamlText.Entry;
import dev.offboarding.jobfile.YamlText.Kind;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.PlaceholderResolutionException;

/** What a job file says, and what environment variables and system properties say in its place. */
final class GivenKeys {
    /**
     * @param text as written
     * @param line 0 if it does not come from the file
     * @param from what it comes from in the file's place; null if from the file
     */
    private record Written(String text, int line, @Nullable String from) {}

    private final JobFileKeys keys;
    private final ConfigurableEnvironment environment;
    private final Problems problems;
    private final Map<String, Integer> lines = new LinkedHashMap<>();
    private final Map<String, List<Written>> written = new LinkedHashMap<>();
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Set<String> wrong = new LinkedHashSet<>();

    private GivenKeys(JobFileKeys keys, ConfigurableEnvironment environment, Problems problems) {
        this.keys = keys;
        this.environment = environment;
        this.problems = problems;
    }

    /** @param yaml of which {@code environment} holds the values already, behind what may stand in their place */
    static GivenKeys read(
            YamlText yaml,
            PropertySource<?> yamlSource,
            JobFileKeys keys,
            ConfigurableEnvironment environment,
            Problems problems) {
        var given = new GivenKeys(keys, environment, problems);
        given.takeEntries(yaml.entries());
        List<ConfigurationPropertySource> others = given.sourcesBeside(yamlSource);
        others.forEach(given::takeOverrides);
        SpringKeys.check(yaml.entries(), keys, others, problems);
        given.checkDataSource(yaml.entries(), others);
        keys.values().forEach(given::readValue);
        return given;
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

    /** The keys in whose place something stands that is not in the file: its value, without a secret, and where it comes from. */
    Map<String, String> overridden() {
        Map<String, String> overridden = new LinkedHashMap<>();
        written.forEach((path, all) -> all.stream()
                .filter(one -> one.from != null)
                .forEach(one -> overridden.merge(
                        keys.get(path).full(),
                        MaskedKeys.masked(path, one.text) + " (" + one.from + ")",
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

    /** Whether there is a problem with this key, with one above it or with one below it. */
    boolean isWrong(String path) {
        return wrong.stream()
                .anyMatch(other -> other.equals(path) || other.startsWith(path + ".") || path.startsWith(other + "."));
    }

    /** The values that are right, under their whole keys. */
    Map<String, Object> values() {
        Map<String, Object> full = new LinkedHashMap<>();
        values.forEach((path, value) -> full.put(keys.get(path).full(), value));
        return full;
    }

    /** Says what is wrong with a key, unless something was said already. */
    void problem(String path, String text) {
        if (!isWrong(path)) {
            wrong.add(path);
            problems.add(line(path), keys.get(path).full() + from(path) + ": " + text);
        }
    }

    /** Says what is wrong with a key's value, which is shown if it may be. */
    void wrongValue(String path, String text) {
        problem(path, shown(path) + " " + text);
    }

    String warning(String path, String text) {
        return Problems.oneLine(problems.at(line(path)) + keys.get(path).full() + from(path) + ": " + text);
    }

    /** Whether the value stands in the file itself, word for word. */
    boolean isLiteral(String path) {
        return isWritten(path, text -> !text.contains("${"));
    }

    /** Whether it stands in the file what the key is, be it only for where a variable is not set. */
    boolean isLiteralOrHasADefault(String path) {
        return isWritten(path, JobFileRules::showsASecret);
    }

    private boolean isWritten(String path, Predicate<String> how) {
        return written.getOrDefault(path, List.of()).stream()
                .anyMatch(one -> one.from == null && !one.text.isEmpty() && how.test(one.text));
    }

    private void takeEntries(List<Entry> entries) {
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

    private void takeTop(Entry entry) {
        lines.put("", entry.line());
        if (entry.kind() != Kind.SECTION) {
            throw problems.fatal(entry.line(), "offboarding: there have to be keys below it, indented");
        }
    }

    /** @return false if nothing below this entry has to be looked at any more */
    private boolean take(Entry entry, String path) {
        int bracket = path.indexOf('[');
        Key key = keys.find(bracket < 0 ? path : path.substring(0, bracket));
        if (key == null) {
            unknown(entry, path);
            return false;
        }
        if (key.section()) {
            return takeSection(entry, key);
        }
        boolean element = bracket >= 0;
        boolean fits = key.many()
                ? entry.kind() == Kind.VALUE || (entry.kind() == Kind.LIST && !element)
                : entry.kind() == Kind.VALUE && !element;
        if (!fits) {
            lines.putIfAbsent(key.path(), entry.line());
            written.putIfAbsent(key.path(), List.of());
            problem(
                    key.path(),
                    entry.kind() == Kind.SECTION
                            ? "takes a value, no keys below it"
                            : key.many() ? "takes one list, no list of lists" : "takes one value, no list");
            return false;
        }
        List<Written> before = written.get(key.path());
        if (!element && before != null) {
            problems.add(
                    entry.line(),
                    key.full() + ": stands here twice, first on line " + lines.get(key.path()) + "; keep one of them");
            wrong.add(key.path());
            return false;
        }
        lines.putIfAbsent(key.path(), entry.line());
        List<Written> all = written.computeIfAbsent(key.path(), k -> new ArrayList<>());
        if (entry.kind() == Kind.VALUE) {
            all.add(new Written(entry.text(), entry.line(), null));
        }
        return true;
    }

    private boolean takeSection(Entry entry, Key key) {
        lines.putIfAbsent(key.path(), entry.line());
        if (entry.kind() == Kind.SECTION) {
            return true;
        }
        // a section whose keys are all commented out is one that is not there
        if (entry.kind() == Kind.LIST || !entry.text().isBlank()) {
            problem(key.path(), "takes keys below it, no value: " + String.join(", ", keys.allowedIn(key)));
        }
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
        String where = JobFileKeys.PREFIX + "." + path;
        if (!section.section()) {
            problems.add(entry.line(), where + ": unknown key; " + section.full() + " takes a value, no keys below it");
            return;
        }
        problems.add(
                entry.line(),
                where + ": unknown key; allowed here: " + String.join(", ", keys.allowedIn(section))
                        + keys.meant(name, section)
                                .map(meant -> "; did you mean " + meant + "?")
                                .orElse(""));
    }

    private List<ConfigurationPropertySource> sourcesBeside(PropertySource<?> yamlSource) {
        var others = new MutablePropertySources();
        environment.getPropertySources().stream()
                .filter(source -> !source.equals(yamlSource)
                        && !ConfigurationPropertySources.isAttachedConfigurationPropertySource(source))
                .forEach(others::addLast);
        List<ConfigurationPropertySource> sources = new ArrayList<>();
        ConfigurationPropertySources.from(others).forEach(sources::add);
        return sources;
    }

    /** Only keys that there are: other variables that begin with OFFBOARDING_ belong to others. */
    private void takeOverrides(ConfigurationPropertySource source) {
        for (Key key : keys.values()) {
            List<Written> overrides = overrides(source, key);
            boolean overridden =
                    written.getOrDefault(key.path(), List.of()).stream().anyMatch(one -> one.from != null);
            if (!overrides.isEmpty() && !overridden) {
                written.put(key.path(), overrides);
            }
        }
    }

    private void checkDataSource(List<Entry> entries, List<ConfigurationPropertySource> others) {
        for (Entry entry : entries) {
            String unset = entry.name().matches("spring\\.(datasource|flyway)\\..*") ? unset(entry.text()) : null;
            var name = ConfigurationPropertyName.adapt(entry.name(), '.');
            if (unset != null && others.stream().allMatch(source -> source.getConfigurationProperty(name) == null)) {
                problems.add(entry.line(), entry.name() + ": " + unset);
            }
        }
    }

    private static List<Written> overrides(ConfigurationPropertySource source, Key key) {
        var name = ConfigurationPropertyName.of(key.full());
        List<Written> found = new ArrayList<>();
        take(source, name, found);
        for (int i = 0; key.many() && found.size() == i; i++) {
            take(source, name.append("[" + i + "]"), found);
        }
        return found;
    }

    private static void take(ConfigurationPropertySource source, ConfigurationPropertyName name, List<Written> found) {
        var property = source.getConfigurationProperty(name);
        if (property != null) {
            found.add(new Written(String.valueOf(property.getValue()), 0, described(property.getOrigin())));
        }
    }

    private static String described(@Nullable Origin origin) {
        if (origin instanceof PropertySourceOrigin property) {
            boolean variable = property.getPropertySource()
                    .getName()
                    .equals(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
            return (variable ? "environment variable " : "system property ") + property.getPropertyName();
        }
        return "environment";
    }

    private void readValue(Key key) {
        List<Written> all = written.get(key.path());
        if (all == null || isWrong(key.path())) {
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
        if (one.from != null) {
            return environment.resolvePlaceholders(one.text);
        }
        String unset = unset(one.text);
        if (unset != null) {
            problem(key.path(), unset);
            return null;
        }
        return environment.resolvePlaceholders(one.text);
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

    private int line(String path) {
        if (!from(path).isEmpty()) {
            return 0;
        }
        for (Key key = keys.get(path); ; key = keys.get(key.parent())) {
            Integer line = lines.get(key.path());
            if (line != null) {
                return line;
            } else if (key.path().isEmpty()) {
                return 0;
            }
        }
    }

    private String from(String path) {
        return written.getOrDefault(path, List.of()).stream()
                .filter(one -> one.from != null)
                .map(one -> " (from the " + one.from + ")")
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
        String cut = text.length() > 80 ? text.substring(0, 80) + "…" : text;
        return text.contains("${") ? "what \"" + cut + "\" stands for" : "\"" + cut + "\"";
    }
}

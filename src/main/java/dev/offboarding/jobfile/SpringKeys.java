package dev.offboarding.jobfile;

import com.zaxxer.hikari.HikariConfig;
import dev.offboarding.jobfile.YamlText.Entry;
import dev.offboarding.jobfile.YamlText.Kind;
import dev.offboarding.kit.OneLine;
import java.beans.PropertyDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;

/**
 * The keys of a job file beside {@code offboarding}: those of Spring's that this program reads, and no others. A mistyped one would
 * otherwise do nothing without a word, and with it a run would work on another database than was meant.
 */
final class SpringKeys {
    static final String DATASOURCE = "spring.datasource";
    private static final String URL = DATASOURCE + ".url";
    static final String HIKARI = DATASOURCE + ".hikari";
    static final String FLYWAY = "spring.flyway";
    private static final String LEVEL = "logging.level";
    private static final List<String> LEVELS = List.of("trace", "debug", "info", "warn", "error", "off");

    /** What may be below each section; below one that is not a key here anything may. */
    static final Map<String, Set<String>> ALLOWED = Map.of(
            "",
            new TreeSet<>(Set.of(JobFileKeys.PREFIX, "spring", "logging")),
            "spring",
            new TreeSet<>(Set.of("datasource", "flyway")),
            DATASOURCE,
            new TreeSet<>(Set.of("url", "username", "password", "hikari")),
            HIKARI,
            hikari(),
            FLYWAY,
            new TreeSet<>(Set.of("user", "password")),
            "logging",
            new TreeSet<>(Set.of("level")));

    private SpringKeys() {}

    private static Set<String> hikari() {
        return hikari(property -> true);
    }

    private static Set<String> hikari(Predicate<PropertyDescriptor> which) {
        return Arrays.stream(BeanUtils.getPropertyDescriptors(HikariConfig.class))
                .filter(property -> property.getWriteMethod() != null)
                .filter(which)
                .map(PropertyDescriptor::getName)
                .map(DataObjectPropertyName::toDashedForm)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The sections about a database: what is below them in the environment is read, too. */
    static List<String> sections() {
        return List.of(DATASOURCE, HIKARI, FLYWAY);
    }

    /** The keys about a database that take a value, written out. */
    static List<String> keys() {
        return sections().stream()
                .flatMap(section ->
                        ALLOWED.getOrDefault(section, Set.of()).stream().map(name -> section + "." + name))
                .filter(key -> !ALLOWED.containsKey(key))
                .toList();
    }

    /** Those of them below which anything may be. */
    static List<String> maps() {
        return hikari(property -> Map.class.isAssignableFrom(property.getPropertyType())).stream()
                .map(name -> HIKARI + "." + name)
                .toList();
    }

    /**
     * Says which of them no one reads, and what is missing beside those that are there.
     *
     * @param known whether a key at the top is one of ours that has lost its indentation
     * @param others what may replace the file: environment variables and system properties
     * @param isBlank whether nothing is left of a value once its variables are replaced
     */
    static void check(
            List<Entry> entries, JobFileKeys known, Overrides others, Predicate<String> isBlank, Problems problems) {
        Set<String> said = new HashSet<>();
        Map<String, Integer> lines = new HashMap<>();
        for (Entry entry : entries) {
            checkName(entry, known, problems, said);
            checkLevel(entry, problems);
            checkOnce(entry, lines, problems);
        }
        requireUrl(entries, others, isBlank, problems);
    }

    /** With dots and below its section it is the same key: the later one would win without a word. */
    private static void checkOnce(Entry entry, Map<String, Integer> lines, Problems problems) {
        String name = YamlText.canonical(entry.name());
        if (entry.kind() == Kind.SECTION || name.contains("[") || name.startsWith(JobFileKeys.PREFIX + ".")) {
            return;
        }
        Integer before = lines.putIfAbsent(name, entry.line());
        if (before != null) {
            problems.add(
                    entry.line(), entry.name() + ": is here twice, first on line " + before + "; keep one of them");
        }
    }

    /** Secrets in the file itself, of the job's own database and of its schema's owner. */
    static List<String> warnings(List<Entry> entries, Problems problems) {
        List<String> warnings = new ArrayList<>();
        for (Entry entry : entries) {
            String name = YamlText.canonical(entry.name());
            if (name.startsWith("spring.") && !entry.text().isBlank()) {
                String warning = name.endsWith("password")
                        ? JobFileRules.showsASecret(entry.text()) ? JobFileRules.SECRET_IN_THE_FILE : null
                        : !entry.text().contains("${") && JobFileRules.hasPassword(entry.text())
                                ? JobFileRules.PASSWORD_IN_THE_ADDRESS
                                : null;
                if (warning != null) {
                    warnings.add(OneLine.harmless(problems.at(entry.line()) + entry.name() + ": " + warning));
                }
            }
        }
        return warnings;
    }

    /** From the top down, for a key may be written with dots as well as below its section. */
    private static void checkName(Entry entry, JobFileKeys known, Problems problems, Set<String> said) {
        String section = "";
        for (String name : entry.name().replaceAll("\\[\\d+]", "").split("\\.", -1)) {
            Set<String> allowed = ALLOWED.get(section);
            if (allowed == null) {
                return;
            }
            String full = section.isEmpty() ? name : section + "." + name;
            String key = allowed.stream()
                    .filter(one -> YamlText.canonical(one).equals(YamlText.canonical(name)))
                    .findFirst()
                    .orElse(null);
            if (key == null) {
                if (said.add(full)) {
                    problems.add(
                            entry.line(),
                            full + ": unknown key; allowed here: " + String.join(", ", allowed)
                                    + meant(section, name, allowed, known));
                }
                return;
            }
            section = section.isEmpty() ? key : section + "." + key;
        }
        Set<String> below = ALLOWED.get(section);
        if (below != null && entry.kind() != Kind.SECTION && !entry.text().isBlank() && said.add(section)) {
            problems.add(entry.line(), entry.name() + ": takes keys below it, no value: " + String.join(", ", below));
        }
    }

    private static String meant(String section, String name, Set<String> allowed, JobFileKeys known) {
        if (section.isEmpty() && known.find(name) != null) {
            return "; if " + name + " is meant to count, indent it below " + JobFileKeys.PREFIX + ":";
        }
        return JobFileKeys.nearest(name, allowed)
                .map(meant -> "; did you mean " + meant + "?")
                .orElse("");
    }

    private static void checkLevel(Entry entry, Problems problems) {
        if (YamlText.canonical(entry.name()).startsWith(LEVEL + ".")
                && entry.kind() == Kind.VALUE
                && !entry.text().contains("${")
                && LEVELS.stream().noneMatch(entry.text()::equalsIgnoreCase)) {
            problems.add(
                    entry.line(),
                    entry.name() + ": \"" + entry.text() + "\" is not a log level; allowed: "
                            + String.join(", ", LEVELS));
        }
    }

    /** Without one an empty embedded database would be used in place of the one that was meant. */
    private static void requireUrl(
            List<Entry> entries, Overrides others, Predicate<String> isBlank, Problems problems) {
        Entry without = entries.stream()
                .filter(entry -> isOfADatabase(YamlText.canonical(entry.name())))
                .findFirst()
                .orElse(null);
        Entry written = entries.stream()
                .filter(entry -> YamlText.canonical(entry.name()).equals(URL))
                .findFirst()
                .orElse(null);
        // what replaces the file's counts, be it empty
        String inItsPlace = others.texts(URL).stream().findFirst().orElse(null);
        String url = inItsPlace != null ? inItsPlace : written == null ? "" : written.text();
        String elsewhere = elsewhere(others);
        if (!isBlank.test(url) || (without == null && elsewhere == null)) {
            return;
        }
        String what;
        if (inItsPlace != null) {
            what = "is empty in an environment variable or a system property"
                    + (written == null ? "" : ", which replaces the file's");
        } else if (!url.isBlank()) {
            what = "what \"" + url + "\" stands for is empty";
        } else {
            what = "is missing"
                    + (without == null
                            ? " beside " + elsewhere + ", which an environment variable or a system property sets"
                            : "");
        }
        problems.add(
                without == null ? 0 : without.line(),
                URL + ": " + what + "; write jdbc:postgresql://host:5432/name, or take out all of " + DATASOURCE
                        + (isOfTheOwner(without == null ? elsewhere : YamlText.canonical(without.name()))
                                ? " and " + FLYWAY
                                : "")
                        + " to use the embedded database");
    }

    private static boolean isOfADatabase(String name) {
        return name.startsWith(DATASOURCE) || isOfTheOwner(name);
    }

    private static boolean isOfTheOwner(@Nullable String name) {
        return name != null
                && ALLOWED.getOrDefault(FLYWAY, Set.of()).stream().anyMatch(key -> name.equals(FLYWAY + "." + key));
    }

    private static @Nullable String elsewhere(Overrides others) {
        return Stream.concat(
                        keys().stream().filter(key -> !others.texts(key).isEmpty()),
                        maps().stream().filter(others::mentionBelow))
                .findFirst()
                .orElse(null);
    }
}

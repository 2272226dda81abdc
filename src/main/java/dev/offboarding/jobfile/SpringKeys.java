package dev.offboarding.jobfile;

import com.zaxxer.hikari.HikariConfig;
import dev.offboarding.jobfile.YamlText.Entry;
import dev.offboarding.jobfile.YamlText.Kind;
import dev.offboarding.kit.OneLine;
import java.beans.PropertyDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;

/**
 * The keys of a job file beside {@code offboarding}: those of Spring's that this program reads, and no others. A mistyped one would
 * otherwise do nothing without a word, and with it a run would work on another database than was meant.
 */
final class SpringKeys {
    private static final String DATASOURCE = "spring.datasource";
    private static final String HIKARI = DATASOURCE + ".hikari";
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
            "spring.flyway",
            new TreeSet<>(Set.of("user", "password")),
            "logging",
            new TreeSet<>(Set.of("level")));

    private SpringKeys() {}

    private static Set<String> hikari() {
        return Arrays.stream(BeanUtils.getPropertyDescriptors(HikariConfig.class))
                .filter(property -> property.getWriteMethod() != null)
                .map(PropertyDescriptor::getName)
                .map(DataObjectPropertyName::toDashedForm)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Says which of them no one reads, and what is missing beside those that are there.
     *
     * @param known whether a key at the top is one of ours that has lost its indentation
     * @param others what may replace the file: environment variables and system properties
     */
    static void check(List<Entry> entries, JobFileKeys known, Overrides others, Problems problems) {
        Set<String> said = new HashSet<>();
        for (Entry entry : entries) {
            checkName(entry, known, problems, said);
            checkLevel(entry, problems);
        }
        requireUrl(entries, others, problems);
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
    private static void requireUrl(List<Entry> entries, Overrides others, Problems problems) {
        Entry without = entries.stream()
                .filter(entry -> YamlText.canonical(entry.name()).startsWith(DATASOURCE))
                .findFirst()
                .orElse(null);
        boolean inTheFile = entries.stream()
                .anyMatch(entry -> YamlText.canonical(entry.name()).equals(DATASOURCE + ".url")
                        && !entry.text().isBlank());
        String elsewhere = elsewhere(others);
        if (inTheFile || given(others, "url") || (without == null && elsewhere == null)) {
            return;
        }
        problems.add(
                without == null ? 0 : without.line(),
                DATASOURCE + ".url: is missing" + (without == null ? " beside " + elsewhere : "")
                        + "; write jdbc:postgresql://host:5432/name, or take out all of " + DATASOURCE
                        + " to use the embedded database");
    }

    private static @Nullable String elsewhere(Overrides others) {
        for (String name : List.of("username", "password")) {
            if (given(others, name)) {
                return DATASOURCE + "." + name + ", which an environment variable or a system property sets";
            }
        }
        return null;
    }

    private static boolean given(Overrides others, String name) {
        return others.texts(DATASOURCE + "." + name).stream().anyMatch(text -> !text.isBlank());
    }
}

package dev.offboarding.jobfile;

import dev.offboarding.jobfile.JobFileKeys.Key;
import dev.offboarding.jobfile.Overrides.Source;
import dev.offboarding.jobfile.YamlText.Entry;
import dev.offboarding.kit.EditDistance;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;

/**
 * Environment variables and system properties that are meant to replace a key and do not, because they are mistyped. Without a word a limit
 * would not count, or a run would work on an empty embedded database in place of the one that was meant.
 *
 * <p>What begins like a key of the database's is one. Of what begins with {@code OFFBOARDING_} much is somebody else's: secrets that a job file
 * refers to, a wrapper's own. So that counts only below a section, or if it is nearly a key; and what the job file refers to never does.
 */
final class StrayVariables {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^${}:]+)");
    private static final Pattern NUMBERED = Pattern.compile("(?:_|\\[)([0-9]{1,4})]?$");

    /** In every pod of a namespace, for each service in it that is called like a section: {@code OFFBOARDING_DATABASE_SERVICE_HOST}. */
    private static final Pattern OF_A_SERVICE = Pattern.compile("(.+?)_(SERVICE_(HOST|PORT(_.+)?)|PORT(_[0-9]+_.+)?)");

    /** Keys of Spring Boot's that change nothing here, and stand in environments that several applications share. */
    private static final Set<String> OF_EVERY_APPLICATION = Set.of(
            "springdatasourcedriverclassname",
            "springdatasourcetype",
            "springdatasourcename",
            "springdatasourcegenerateuniquename",
            "springflywayenabled");

    private static final int MOST_LETTERS_OFF = 2;

    /** @param allowed what may be below it, as it is written in a file */
    private record Section(String full, List<String> allowed) {}

    /** @param letters kept, for every variable of an environment is compared with every key */
    private record Known(String letters, boolean takesMany) {}

    private final Map<String, Section> sections = new LinkedHashMap<>();

    /** Every key that is read. */
    private final Map<String, Known> known = new LinkedHashMap<>();

    private final Overrides overrides;
    private final Problems problems;
    private final Set<String> referredTo = new HashSet<>();

    private StrayVariables(JobFileKeys keys, Overrides overrides, Problems problems) {
        this.overrides = overrides;
        this.problems = problems;
        SpringKeys.sections()
                .forEach(full -> add(new Section(full, List.copyOf(SpringKeys.ALLOWED.getOrDefault(full, Set.of())))));
        SpringKeys.keys().forEach(key -> add(key, false));
        for (Key section : keys.sections()) {
            add(new Section(section.full(), keys.allowedIn(section)));
        }
        add(new Section(JobFileKeys.PREFIX, keys.allowedIn(keys.get(""))));
        keys.values().forEach(key -> add(key.full(), key.many()));
    }

    private void add(String key, boolean takesMany) {
        known.put(key, new Known(letters(key), takesMany));
    }

    private void add(Section section) {
        sections.put(section.full(), section);
    }

    static void check(List<Entry> entries, JobFileKeys keys, Overrides overrides, Problems problems) {
        var stray = new StrayVariables(keys, overrides, problems);
        entries.forEach(entry -> stray.refersTo(entry.text()));
        for (Source source : overrides.sources()) {
            stray.check(source);
        }
    }

    private void refersTo(String text) {
        Matcher reference = REFERENCE.matcher(text);
        while (reference.find()) {
            referredTo.add(inCapitals(reference.group(1)));
        }
    }

    private void check(Source source) {
        Map<String, List<String>> ofKeys = new TreeMap<>();
        List<String> ofNone = new ArrayList<>();
        for (String name : source.names()) {
            String key = isCloseToUs(name) ? keyOf(source.alone(name), name) : null;
            if (key != null) {
                ofKeys.computeIfAbsent(key, k -> new ArrayList<>()).add(name);
                // what stands in a key's place may refer to others in turn
                refersTo(source.text(name));
            } else {
                ofNone.add(name);
            }
        }
        ofKeys.forEach((key, names) -> requireThatAllCount(key, names, source));
        for (String name : ofNone) {
            if (!referredTo.contains(inCapitals(name)) && !isOfAService(name, source)) {
                checkStray(name, source);
            }
        }
    }

    private static boolean isCloseToUs(String name) {
        String letters = letters(name);
        return letters.startsWith(JobFileKeys.PREFIX) || isOfADatabase(letters);
    }

    private static boolean isOfADatabase(String letters) {
        return Stream.of(SpringKeys.DATASOURCE, SpringKeys.FLYWAY).anyMatch(of -> letters.startsWith(letters(of)));
    }

    /** The key that this name replaces, for one that takes many a single one of its values; null if there is none. */
    private @Nullable String keyOf(ConfigurationPropertySource source, String name) {
        Matcher numbered = NUMBERED.matcher(name);
        String number = numbered.find() ? "[" + Integer.parseInt(numbered.group(1)) + "]" : null;
        for (Map.Entry<String, Known> key : known.entrySet()) {
            var full = ConfigurationPropertyName.of(key.getKey());
            if (source.getConfigurationProperty(full) != null
                    || (key.getValue().takesMany()
                            && number != null
                            && source.getConfigurationProperty(full.append(number)) != null)) {
                return key.getKey();
            }
        }
        for (String map : SpringKeys.maps()) {
            if (new Binder(source)
                    .bind(map, Bindable.mapOf(String.class, String.class))
                    .isBound()) {
                // each name in it is another key
                return map + "." + name;
            }
        }
        return null;
    }

    /** Of two spellings of one key, and of what comes after a gap in a list, one would be passed over. */
    private void requireThatAllCount(String key, List<String> names, Source source) {
        Map<Integer, String> numbered = new TreeMap<>();
        String whole = null;
        Known values = known.get(key);
        boolean takesMany = values != null && values.takesMany();
        for (String name : names) {
            Matcher number = NUMBERED.matcher(name);
            String before =
                    takesMany && number.find() ? numbered.putIfAbsent(Integer.parseInt(number.group(1)), name) : whole;
            if (before != null) {
                addTwice(name, key, before, source);
            } else if (!numbered.containsValue(name)) {
                whole = name;
            }
        }
        int next = 0;
        for (Map.Entry<Integer, String> one : numbered.entrySet()) {
            if (whole != null) {
                addTwice(one.getValue(), key, whole, source);
                return;
            }
            if (one.getKey() != next++) {
                problems.add(
                        0,
                        described(one.getValue(), source) + ": is passed over; number the values of " + key
                                + " from 0 on without a gap, or write all of them in one, with commas between them");
                return;
            }
        }
    }

    private void addTwice(String name, String key, String before, Source source) {
        problems.add(
                0,
                described(name, source) + ": says what " + key + " is, and so does " + before + "; keep one of them");
    }

    private void checkStray(String name, Source source) {
        String letters = letters(name);
        if (OF_EVERY_APPLICATION.contains(letters)) {
            return;
        }
        if (isOfADatabase(letters)) {
            addUnknown(name, sectionOf(letters), nearest(letters, MOST_LETTERS_OFF), source);
        } else if (letters.startsWith(JobFileKeys.PREFIX)) {
            Optional<String> nearest = nearest(letters, MOST_LETTERS_OFF);
            boolean secretOfAnother = MaskedKeys.isSecret(name);
            if (nearest.isPresent() || (isBelowASection(name) && !secretOfAnother)) {
                addUnknown(name, nearest.map(this::above).orElseGet(() -> sectionOf(letters)), nearest, source);
            }
        } else {
            // a program called onboarding has a right to its own
            Optional<String> nearest = nearest(letters, 1);
            nearest.ifPresent(key -> addUnknown(name, above(key), nearest, source));
        }
    }

    private void addUnknown(String name, Section section, Optional<String> nearest, Source source) {
        String rest = letters(name)
                .substring(
                        Math.min(letters(section.full()).length(), letters(name).length()));
        String meant = belowAMap(name)
                .or(() -> nearest.or(() ->
                                JobFileKeys.nearest(rest, section.allowed()).map(key -> section.full() + "." + key))
                        .map(key -> spelt(key, name, source)))
                .map(key -> "; did you mean " + key + "?")
                .orElse(".");
        problems.add(
                0,
                described(name, source) + ": unknown key; allowed below " + section.full() + ": "
                        + String.join(", ", section.allowed()) + meant
                        + (section.full().startsWith(JobFileKeys.PREFIX)
                                ? " If it is not to replace a key, give it another name, or write ${" + name
                                        + "} in the job file where its value belongs."
                                : " If it is meant for another program, take it out of this one's environment."));
    }

    private static String described(String name, Source source) {
        return (source.ofVariables() ? "environment variable " : "system property ") + name;
    }

    /** The key that is spelt almost so; of a short one, where two letters are half of it, one letter is all that may be off. */
    private Optional<String> nearest(String letters, int most) {
        String best = null;
        int least = Integer.MAX_VALUE;
        for (Map.Entry<String, Known> one : known.entrySet()) {
            String key = one.getKey();
            String other = one.getValue().letters();
            int ownLetters = key.startsWith(JobFileKeys.PREFIX + ".")
                    ? Math.min(letters.length(), other.length()) - JobFileKeys.PREFIX.length()
                    : other.length();
            int limit = Math.min(most, Math.max(1, ownLetters / 3));
            if (ownLetters < 4 && letters.length() != other.length()) {
                // to a key of three letters much is near: OFFBOARDING_JOBS is not one of ours that is misspelt
                limit = 0;
            }
            if (Math.abs(letters.length() - other.length()) <= limit) {
                int distance = EditDistance.between(letters, other, limit);
                if (distance <= limit && distance < least) {
                    best = key;
                    least = distance;
                }
            }
        }
        return Optional.ofNullable(best);
    }

    private Section above(String key) {
        return section(key.substring(0, key.lastIndexOf('.')));
    }

    /** The innermost whose name this one begins with. */
    private Section sectionOf(String letters) {
        return section(sections.keySet().stream()
                .filter(full -> letters.startsWith(letters(full)))
                .max(Comparator.comparing(String::length))
                .orElse(JobFileKeys.PREFIX));
    }

    private Section section(String full) {
        Section section = sections.get(full);
        if (section == null) {
            throw new IllegalArgumentException(full);
        }
        return section;
    }

    private boolean isBelowASection(String name) {
        String capitals = inCapitals(name);
        return sections.keySet().stream()
                .filter(full -> full.startsWith(JobFileKeys.PREFIX + "."))
                .flatMap(full -> spellings(full).stream())
                .anyMatch(section -> capitals.startsWith(section + "_"));
    }

    private static boolean isOfAService(String name, Source source) {
        Matcher service = OF_A_SERVICE.matcher(name);
        return source.ofVariables() && service.matches() && source.names().contains(service.group(1) + "_SERVICE_HOST");
    }

    /** As it is to be written in place of this name: of the two ways in the environment the one that is more like it. */
    private static String spelt(String key, String name, Source source) {
        return source.ofVariables()
                ? spellings(key).stream()
                        .min(Comparator.comparing(one -> EditDistance.between(one, inCapitals(name))))
                        .orElseThrow()
                : key;
    }

    /** Below one of these Spring Boot takes one of the two ways alone. */
    private static Optional<String> belowAMap(String name) {
        String capitals = inCapitals(name);
        return SpringKeys.maps().stream()
                .filter(map -> capitals.startsWith(inCapitals(map) + "_"))
                .map(map -> inCapitals(map.replace("-", ""))
                        + capitals.substring(inCapitals(map).length()))
                .findFirst();
    }

    private static Collection<String> spellings(String key) {
        return List.of(inCapitals(key), inCapitals(key.replace("-", "")));
    }

    /** As in the environment; Spring Boot takes a name there in capitals and in small letters, and a dot or a dash for a line below. */
    private static String inCapitals(String name) {
        return name.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
    }

    private static String letters(String name) {
        StringBuilder letters = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
                letters.append(c);
            } else if (c >= 'A' && c <= 'Z') {
                letters.append((char) (c - 'A' + 'a'));
            }
        }
        return letters.toString();
    }
}

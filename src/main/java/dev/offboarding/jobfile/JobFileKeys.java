package dev.offboarding.jobfile;

import dev.offboarding.kit.EditDistance;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.Name;

/** The keys that a job file may have, read off the records that it becomes. */
final class JobFileKeys {
    static final String PREFIX = "offboarding";

    /**
     * @param path as it is written below {@code offboarding}, like {@code limits.max-share}; empty for all of it
     * @param property the same in Java, like {@code limits.maxShare}
     * @param type of the value, of one value where it takes many, or the section's record
     */
    record Key(String path, String property, Class<?> type, boolean section, boolean many) {
        String full() {
            return path.isEmpty() ? PREFIX : PREFIX + "." + path;
        }

        String name() {
            return path.substring(path.lastIndexOf('.') + 1);
        }

        String parent() {
            return path.contains(".") ? path.substring(0, path.lastIndexOf('.')) : "";
        }

        /** Whether its value is never shown: it is a secret, or may hold one. */
        boolean secret() {
            return Stream.of("secret", "password", "token").anyMatch(path::contains)
                    || name().equals("url")
                    || name().equals("heartbeat");
        }
    }

    private final Map<String, Key> keys = new LinkedHashMap<>();

    JobFileKeys(Class<? extends Record> root, Predicate<Class<?>> isValue) {
        keys.put("", new Key("", "", root, true, false));
        collect("", "", root, isValue);
    }

    /** @param path in any spelling, without {@code offboarding} */
    @Nullable
    Key find(String path) {
        return keys.get(YamlText.canonical(path));
    }

    Key get(String path) {
        Key key = find(path);
        if (key == null) {
            throw new IllegalArgumentException(path);
        }
        return key;
    }

    Key ofProperty(String property) {
        return keys.values().stream()
                .filter(key -> key.property().equals(property))
                .findFirst()
                .orElseThrow();
    }

    List<Key> values() {
        return keys.values().stream().filter(key -> !key.section()).toList();
    }

    List<Key> sections() {
        return keys.values().stream()
                .filter(key -> key.section() && !key.path().isEmpty())
                .toList();
    }

    List<String> allowedIn(Key section) {
        return keys.values().stream()
                .filter(key -> !key.path().isEmpty() && key.parent().equals(section.path()))
                .map(Key::name)
                .toList();
    }

    /** What the author meant who wrote this here: a key that is spelled almost like it, or one of the same name elsewhere. */
    Optional<String> meant(String name, Key section) {
        return nearest(name, allowedIn(section))
                .or(() -> keys.values().stream()
                        .filter(key -> !key.path().isEmpty()
                                && YamlText.canonical(key.name()).equals(YamlText.canonical(name)))
                        .map(Key::full)
                        .findFirst());
    }

    static Optional<String> nearest(String word, Collection<String> words) {
        Function<String, Integer> distance =
                other -> EditDistance.between(YamlText.canonical(word), YamlText.canonical(other));
        return words.stream()
                .filter(other -> distance.apply(other) <= Math.max(1, Math.min(word.length(), other.length()) / 3))
                .min(Comparator.comparing(distance));
    }

    private void collect(String path, String property, Class<?> type, Predicate<Class<?>> isValue) {
        for (RecordComponent component : type.getRecordComponents()) {
            String below = path + name(type, component);
            String belowProperty = property + component.getName();
            boolean many = Collection.class.isAssignableFrom(component.getType());
            Class<?> of = many ? elementType(component) : component.getType();
            boolean section = of.isRecord() && !isValue.test(of);
            keys.put(YamlText.canonical(below), new Key(below, belowProperty, of, section, many));
            if (section) {
                collect(below + ".", belowProperty + ".", of, isValue);
            }
        }
    }

    private static Class<?> elementType(RecordComponent component) {
        var generic = (java.lang.reflect.ParameterizedType) component.getGenericType();
        return (Class<?>) generic.getActualTypeArguments()[0];
    }

    private static String name(Class<?> type, RecordComponent component) {
        try {
            Field field = type.getDeclaredField(component.getName());
            Name name = field.getAnnotation(Name.class);
            return name != null ? name.value() : DataObjectPropertyName.toDashedForm(component.getName());
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
    }
}

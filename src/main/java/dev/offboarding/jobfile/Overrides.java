package dev.offboarding.jobfile;

import static java.util.Objects.requireNonNull;

import dev.offboarding.jobfile.JobFileKeys.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** What environment variables and system properties say in place of a job file, by Spring Boot's rules. */
final class Overrides {

    /** The environment, or the system properties. */
    static final class Source {
        private final PropertySource<?> raw;
        private final ConfigurationPropertySource read;

        private Source(PropertySource<?> raw) {
            this.raw = raw;
            this.read = requireNonNull(ConfigurationPropertySource.from(raw));
        }

        boolean ofVariables() {
            return raw instanceof SystemEnvironmentPropertySource;
        }

        /** As they are spelt there. */
        List<String> names() {
            return raw instanceof EnumerablePropertySource<?> all
                    ? Stream.of(all.getPropertyNames()).sorted().toList()
                    : List.of();
        }

        String text(String name) {
            return String.valueOf(raw.getProperty(name));
        }

        /** This source as if there were nothing else in it: which key a name stands for is for Spring Boot to say. */
        ConfigurationPropertySource alone(String name) {
            Map<String, Object> one = Map.of(name, "");
            return requireNonNull(ConfigurationPropertySource.from(
                    ofVariables()
                            ? new SystemEnvironmentPropertySource(raw.getName(), one)
                            : new MapPropertySource(raw.getName(), one)));
        }
    }

    private final List<Source> sources;

    /** @param yamlSource the file's own values in this environment */
    Overrides(ConfigurableEnvironment environment, PropertySource<?> yamlSource) {
        sources = environment.getPropertySources().stream()
                .filter(source -> !source.equals(yamlSource)
                        && !ConfigurationPropertySources.isAttachedConfigurationPropertySource(source))
                .map(Source::new)
                .toList();
    }

    /** The first that says something about a key is the one that counts. */
    List<Source> sources() {
        return sources;
    }

    /** What replaces a key: one value, or several where the key takes many; empty if nothing does. */
    List<Written> of(Key key) {
        var name = ConfigurationPropertyName.of(key.full());
        for (Source source : sources) {
            List<Written> found = new ArrayList<>();
            take(source.read, name, found);
            for (int i = 0; key.many() && found.size() == i; i++) {
                take(source.read, name.append("[" + i + "]"), found);
            }
            if (!found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }

    /** What they say about any key, Spring's own too. */
    List<String> texts(String key) {
        var name = ConfigurationPropertyName.adapt(key, '.');
        return sources.stream()
                .map(source -> source.read.getConfigurationProperty(name))
                .filter(Objects::nonNull)
                .map(property -> String.valueOf(property.getValue()))
                .toList();
    }

    /** Whether they say anything below a key that may have anything below it. */
    boolean mentionBelow(String key) {
        var name = ConfigurationPropertyName.of(key);
        return sources.stream()
                .anyMatch(source -> source.read.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT);
    }

    private static void take(ConfigurationPropertySource source, ConfigurationPropertyName name, List<Written> found) {
        ConfigurationProperty property = source.getConfigurationProperty(name);
        if (property != null) {
            found.add(new Written(String.valueOf(property.getValue()), described(property.getOrigin())));
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
}

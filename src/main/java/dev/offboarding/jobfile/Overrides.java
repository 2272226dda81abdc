package dev.offboarding.jobfile;

import dev.offboarding.jobfile.JobFileKeys.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/** What environment variables and system properties say in place of a job file, by Spring Boot's rules. */
final class Overrides {
    private final List<ConfigurationPropertySource> sources = new ArrayList<>();

    /** @param yamlSource the file's own values in this environment */
    Overrides(ConfigurableEnvironment environment, PropertySource<?> yamlSource) {
        var others = new MutablePropertySources();
        environment.getPropertySources().stream()
                .filter(source -> !source.equals(yamlSource)
                        && !ConfigurationPropertySources.isAttachedConfigurationPropertySource(source))
                .forEach(others::addLast);
        ConfigurationPropertySources.from(others).forEach(sources::add);
    }

    /** What replaces a key: one value, or several where the key takes many; empty if nothing does. */
    List<Written> of(Key key) {
        var name = ConfigurationPropertyName.of(key.full());
        for (ConfigurationPropertySource source : sources) {
            List<Written> found = new ArrayList<>();
            take(source, name, found);
            for (int i = 0; key.many() && found.size() == i; i++) {
                take(source, name.append("[" + i + "]"), found);
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
                .map(source -> source.getConfigurationProperty(name))
                .filter(Objects::nonNull)
                .map(property -> String.valueOf(property.getValue()))
                .toList();
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

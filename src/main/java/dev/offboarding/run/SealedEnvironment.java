package dev.offboarding.run;

import java.util.HashMap;
import java.util.Map;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * The settings of a Spring context whose settings are this program's own decisions. Neither an environment variable nor a system property
 * nor a stray {@code application.yaml} in the working directory is a source of it: {@code SERVER_ADDRESS=0.0.0.0} would otherwise open
 * the management port to the world, while the program says 127.0.0.1.
 */
public final class SealedEnvironment {

    /** An empty place, so that Spring Boot looks for configuration files nowhere else. */
    private static final String NOWHERE = "optional:classpath:/none/";

    private SealedEnvironment() {}

    /** @param settings all that there are, by their keys */
    public static ConfigurableEnvironment of(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("spring.config.location", NOWHERE);
        all.put("spring.config.additional-location", NOWHERE);
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
        environment.getPropertySources().remove(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
        environment.getPropertySources().addFirst(new MapPropertySource("offboarding", all));
        return environment;
    }
}

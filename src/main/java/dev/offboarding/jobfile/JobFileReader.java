package dev.offboarding.jobfile;

import dev.offboarding.jobfile.JobFileKeys.Key;
import dev.offboarding.kit.FileMode;
import dev.offboarding.kit.RegularFile;
import dev.offboarding.kit.Sha256;
import dev.offboarding.plan.Share;
import dev.offboarding.platform.PlatformName;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.beans.PropertyEditorSupport;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Reads a job file, before there is a Spring context: a wrong one ends in a moment, and nothing was touched.
 *
 * <p>An environment variable replaces a key, as everywhere in Spring Boot ({@code OFFBOARDING_LIMITS_MAX_CUSTOMERS}), and is the value of
 * {@code ${VARIABLE}}.
 */
public final class JobFileReader {
    private static final int MOST_BYTES = 1_000_000;
    private static final JobFileKeys KEYS = new JobFileKeys(JobFile.class, JobFileValues::isValue);

    /** What the annotations say is looked up once: a schedule reads its job files every night. */
    private static final Validator VALIDATOR = Validation.byDefaultProvider()
            .configure()
            .messageInterpolator(new ParameterMessageInterpolator())
            .buildValidatorFactory()
            .getValidator();

    private final Map<String, String> variables;

    public JobFileReader() {
        this(System.getenv());
    }

    JobFileReader(Map<String, String> variables) {
        this.variables = variables;
    }

    /**
     * Reads and checks it; nothing else is opened or touched.
     *
     * @throws JobFileException with everything that is wrong with it
     */
    public LoadedJobFile read(Path path) {
        var problems = new Problems(path);
        byte[] bytes = bytes(path, problems);
        YamlText yaml = YamlText.read(bytes, problems);
        checkTop(yaml, problems);

        var yamlSource = yaml.asPropertySource("job file " + path, bytes);
        ConfigurableEnvironment environment = environment(yamlSource);
        GivenKeys given = new GivenKeys(yaml, yamlSource, KEYS, environment, problems);
        if (!given.has("zone")) {
            given.put("zone", ZoneId.systemDefault());
        }
        if (Path.of("none").equals(given.value("protected-customers"))) {
            given.drop("protected-customers");
        }
        takeSecretFromItsVariable(given, environment);
        JobFileRules.check(given);
        JobFile jobFile = bind(given);
        validate(jobFile, given);
        problems.throwIfAny();

        List<String> warnings = new ArrayList<>(JobFileRules.warnings(given));
        warnings.addAll(SpringKeys.warnings(yaml.entries(), problems));
        if (given.value("platform") != PlatformName.PARTNER_CENTER && jobFile.partnerCenter() != null) {
            given.drop("partner-center");
            jobFile = bind(given);
        }
        return new LoadedJobFile(
                jobFile, environment, path, Sha256.hexOf(bytes), MaskedKeys.of(yaml), given.overridden(), warnings);
    }

    private static byte[] bytes(Path path, Problems problems) {
        try {
            if (Files.isDirectory(path)) {
                throw problems.fatal(0, "is a folder; write the job file in it");
            }
            if (Files.size(path) > MOST_BYTES) {
                throw problems.fatal(0, "is larger than a megabyte and no job file");
            }
            // it may be a link to one
            return RegularFile.bytes(path.toRealPath(), MOST_BYTES);
        } catch (NoSuchFileException e) {
            throw problems.fatal(
                    0,
                    path.isAbsolute()
                            ? "there is no such file"
                            : "there is no such file in " + Path.of("").toAbsolutePath());
        } catch (AccessDeniedException e) {
            throw problems.fatal(
                    0,
                    "may not be read by " + System.getProperty("user.name") + "; give that user the right to read it");
        } catch (FileSystemException e) {
            String reason = e.getReason();
            throw problems.fatal(0, reason == null ? "cannot be read: " + e.getMessage() : reason);
        } catch (IOException e) {
            throw problems.fatal(0, "cannot be read: " + e.getMessage());
        }
    }

    private static void checkTop(YamlText yaml, Problems problems) {
        List<String> tops = yaml.entries().stream()
                .map(entry -> top(entry.name()))
                .distinct()
                .toList();
        if (tops.stream().noneMatch(top -> YamlText.canonical(top).equals(JobFileKeys.PREFIX))) {
            throw problems.fatal(
                    0,
                    "has no key offboarding: in the first column, under which a job file's keys are written"
                            + JobFileKeys.nearest(JobFileKeys.PREFIX, tops)
                                    .map(meant -> "; is it " + meant + ": that is meant to be it?")
                                    .orElse(""));
        }
    }

    private static String top(String name) {
        return name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
    }

    private ConfigurableEnvironment environment(PropertySource<?> yamlSource) {
        var environment = new StandardEnvironment();
        String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
        environment
                .getPropertySources()
                .replace(name, new SystemEnvironmentPropertySource(name, Map.<String, Object>copyOf(variables)));
        environment.getPropertySources().addLast(yamlSource);
        ConfigurationPropertySources.attach(environment);
        return environment;
    }

    private static void takeSecretFromItsVariable(GivenKeys given, ConfigurableEnvironment environment) {
        String secret = environment.getProperty(JobFileRules.CLIENT_SECRET_VARIABLE);
        if (given.value("platform") == PlatformName.PARTNER_CENTER
                && secret != null
                && !secret.isBlank()
                && !given.has("partner-center.client-secret")
                && !given.has("partner-center.client-certificate-file")
                && !given.has("partner-center.client-key-file")) {
            given.put("partner-center.client-secret", secret);
        }
    }

    /** Fills the records; where a key is missing, with its default. */
    private static JobFile bind(GivenKeys given) {
        var conversions = new ApplicationConversionService();
        conversions.addConverter(String.class, Share.class, Share::parse);
        conversions.addConverter(String.class, FileMode.class, FileMode::parse);
        var binder = new Binder(
                List.of(new MapConfigurationPropertySource(given.values())),
                null,
                conversions,
                // Spring's own would find a default folder in the class path, if there is one of that name
                editors -> editors.registerCustomEditor(Path.class, new PathAsWritten()));
        return binder.bindOrCreate(JobFileKeys.PREFIX, JobFile.class);
    }

    private static void validate(JobFile jobFile, GivenKeys given) {
        for (ConstraintViolation<JobFile> violation : VALIDATOR.validate(jobFile)) {
            Key key = KEYS.ofProperty(violation.getPropertyPath().toString());
            given.wrongValue(key.path(), "is not allowed; " + violation.getMessage());
        }
    }

    private static final class PathAsWritten extends PropertyEditorSupport {
        @Override
        public void setAsText(String text) {
            setValue(Path.of(text));
        }
    }
}

package dev.offboarding.schedule;

import dev.offboarding.run.SealedEnvironment;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusScrapeEndpoint;
import org.springframework.boot.servlet.autoconfigure.actuate.web.ServletManagementContextAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.actuate.endpoint.web.WebMvcHealthEndpointExtensionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

/**
 * A schedule, to be watched over HTTP for as long as it is up: {@code /actuator/prometheus}, {@code /actuator/health} with the state of each
 * job, and for probes {@code /actuator/health/liveness} and {@code /actuator/health/readiness}. These ask only whether the schedule itself is
 * at work: to restart a program fixes no job.
 *
 * <p>Callers are not asked who they are; no customer is shown, but job names, and paths and mistakes of job files are.
 */
public final class Management implements AutoCloseable {

    /** The schedule looks every half minute; reading the table of runs of many jobs may take a while. */
    private static final Duration STALLED = Duration.ofMinutes(5);

    private final ConfigurableApplicationContext context;
    private final int port;

    /** The address cannot be listened on. */
    public static final class CannotListenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CannotListenException(String address, int port, Throwable cause) {
            super(
                    "The management port %s:%d cannot be opened: %s. Choose another with --management-port, or an address of this machine with --management-address."
                            .formatted(address, port, why(cause)),
                    cause);
        }

        private static String why(Throwable cause) {
            Throwable last = cause;
            for (Throwable c = cause; c != null; c = c.getCause()) {
                if (c instanceof PortInUseException) {
                    return "another program has it";
                }
                last = c;
            }
            return String.valueOf(last.getMessage());
        }
    }

    private Management(ConfigurableApplicationContext context, int port) {
        this.context = context;
        this.port = port;
    }

    /**
     * Opens it.
     *
     * @param port 0 for any that is free
     * @throws CannotListenException if the port is taken, or the address is not one of this machine's
     */
    public static Management open(String address, int port, Scheduler scheduler, ScheduleMeters meters, Clock clock) {
        // the web server speaks through another logging; to the log with it, and not onto the terminal
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        try {
            ConfigurableApplicationContext context = new SpringApplicationBuilder(Pages.class)
                    .web(WebApplicationType.SERVLET)
                    .bannerMode(Banner.Mode.OFF)
                    .logStartupInfo(false)
                    .registerShutdownHook(false)
                    .environment(SealedEnvironment.of(Map.of(
                            "server.address",
                            address,
                            "server.port",
                            port,
                            "server.tomcat.threads.max",
                            4,
                            "server.tomcat.threads.min-spare",
                            1,
                            "server.error.include-stacktrace",
                            "never",
                            "management.endpoints.web.exposure.include",
                            "health,prometheus",
                            "management.endpoint.health.show-details",
                            "always",
                            "management.endpoint.health.group.liveness.include",
                            "schedule",
                            "management.endpoint.health.group.readiness.include",
                            "schedule",
                            "management.endpoint.health.validate-group-membership",
                            true)))
                    .initializers((GenericApplicationContext beans) -> {
                        beans.registerBean(
                                PrometheusScrapeEndpoint.class,
                                () -> new PrometheusScrapeEndpoint(
                                        meters.registry().getPrometheusRegistry(), new java.util.Properties()));
                        beans.registerBean(
                                "scheduleHealthIndicator",
                                HealthIndicator.class,
                                () -> () -> schedule(scheduler, clock));
                        beans.registerBean(
                                "jobsHealthIndicator", HealthIndicator.class, () -> () -> jobs(scheduler, clock));
                    })
                    .run();
            return new Management(
                    context,
                    Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer())
                            .getPort());
        } catch (RuntimeException e) {
            throw new CannotListenException(address, port, e);
        }
    }

    public int port() {
        return port;
    }

    private static Health schedule(Scheduler scheduler, Clock clock) {
        Instant last = scheduler.lastTick();
        Health.Builder health = last.isBefore(clock.instant().minus(STALLED)) ? Health.down() : Health.up();
        return health.withDetail("lastLook", last.toString()).build();
    }

    private static Health jobs(Scheduler scheduler, Clock clock) {
        Health.Builder health = Health.up();
        for (JobStatus job : scheduler.status()) {
            if (!job.healthy()) {
                health.down();
            }
            health.withDetail(job.job() == null ? job.file().toString() : job.job(), details(job, clock.instant()));
        }
        return health.build();
    }

    private static Map<String, Object> details(JobStatus job, Instant now) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("healthy", job.healthy());
        details.put("file", job.file().toString());
        put(details, "problems", job.problems().isEmpty() ? null : job.problems());
        put(details, "lastSuccess", job.lastSuccess());
        if (job.lastSuccess() != null) {
            details.put(
                    "lastSuccessAgeSeconds",
                    Duration.between(job.lastSuccess(), now).toSeconds());
        }
        put(
                details,
                "lastExitCode",
                job.lastExitCode() == null ? null : job.lastExitCode().code());
        put(details, "underWaySince", job.underWaySince());
        put(details, "nextDue", job.nextDue());
        details.put("missed", job.missed());
        return details;
    }

    private static void put(Map<String, Object> details, String name, @Nullable Object value) {
        if (value != null) {
            details.put(name, value instanceof Instant time ? time.toString() : value);
        }
    }

    @Override
    public void close() {
        context.close();
    }

    /** No more of Spring Boot than these pages need; nothing of it sees a job's settings. */
    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        JacksonAutoConfiguration.class,
        HttpMessageConvertersAutoConfiguration.class,
        TomcatServletWebServerAutoConfiguration.class,
        DispatcherServletAutoConfiguration.class,
        WebMvcAutoConfiguration.class,
        EndpointAutoConfiguration.class,
        JacksonEndpointAutoConfiguration.class,
        WebEndpointAutoConfiguration.class,
        ManagementContextAutoConfiguration.class,
        ServletManagementContextAutoConfiguration.class,
        HealthContributorRegistryAutoConfiguration.class,
        HealthEndpointAutoConfiguration.class,
        WebMvcHealthEndpointExtensionAutoConfiguration.class,
    })
    static class Pages {}
}

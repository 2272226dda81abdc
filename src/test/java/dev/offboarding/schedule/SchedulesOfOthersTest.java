package dev.offboarding.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offboarding.jobfile.JobFileReader;
import dev.offboarding.jobfile.Schedule;
import dev.offboarding.kit.QuickFolders;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.scheduling.support.CronExpression;
import org.yaml.snakeyaml.Yaml;

/** What is in {@code jobs/schedule}, for those who have a scheduler of their own. */
class SchedulesOfOthersTest {

    private static final Path FILES = Path.of("jobs/schedule");
    /** The report of a run that is asked to stop is there within 30 s. */
    private static final int REPORT_SECONDS = 30;

    private static String text(String name) throws IOException {
        return Files.readString(FILES.resolve(name));
    }

    /** Without it a list with an umlaut in its name cannot be read: incident 44. */
    @Test
    void everyScheduleSetsALanguageInWhichFileNamesAreUtf8() throws Exception {
        assertThat(text("crontab").lines()).contains("LANG=C.UTF-8");
        assertThat(text("offboarding.service").lines()).contains("Environment=LANG=C.UTF-8");
        assertThat(text("offboarding-schedule.service").lines()).contains("Environment=LANG=C.UTF-8");
        assertThat(text("Containerfile").lines()).contains("ENV LANG=C.UTF-8");
    }

    // ---- cron

    @Test
    void theCrontabHasOneLineThatRunsTheHandedOutJobAtItsOwnTime() throws Exception {
        List<String> lines = text("crontab")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
        assertThat(lines.subList(0, lines.size() - 1)).allMatch(line -> line.matches("[A-Z]+=.*"));
        String[] fields = lines.get(lines.size() - 1).split("\\s+", 7);
        CronExpression cron =
                CronExpression.parse("0 " + String.join(" ", List.of(fields).subList(0, 5)));
        Schedule own = Objects.requireNonNull(new JobFileReader()
                .read(Path.of("jobs/nightly-csv.yaml"))
                .jobFile()
                .schedule());
        assertThat(cron).isEqualTo(own.cron());
        assertThat(fields[5]).isEqualTo("offboarding");
        assertThat(fields[6])
                .contains("java -jar /opt/offboarding/offboarding.jar run /etc/offboarding/nightly-csv.yaml")
                // cron makes a line break of it
                .doesNotContain("%");
    }

    // ---- systemd

    /** Every key by its section, the last one where it stands more than once. */
    private static Map<String, String> unit(String name) throws IOException {
        Map<String, String> keys = new LinkedHashMap<>();
        String section = "";
        for (String line : text(name).lines().toList()) {
            if (line.startsWith("[")) {
                section = line.substring(1, line.length() - 1);
            } else if (!line.isBlank() && !line.startsWith("#")) {
                int equals = line.indexOf('=');
                assertThat(equals).as(line).isPositive();
                keys.merge(
                        section + "." + line.substring(0, equals),
                        line.substring(equals + 1),
                        (one, more) -> one + " " + more);
            }
        }
        return keys;
    }

    @Test
    void systemdGivesARunTheTimeToWriteItsReportAndNoMoreRightsThanItNeeds() throws Exception {
        for (String name : List.of("offboarding.service", "offboarding-schedule.service")) {
            Map<String, String> unit = unit(name);
            assertThat(Integer.parseInt(Objects.requireNonNull(unit.get("Service.TimeoutStopSec"))))
                    .isGreaterThan(REPORT_SECONDS);
            assertThat(unit)
                    .containsEntry("Service.User", "offboarding")
                    .containsEntry("Service.NoNewPrivileges", "true")
                    .containsEntry("Service.ProtectSystem", "strict")
                    .containsEntry("Service.CapabilityBoundingSet", "")
                    .containsEntry("Service.WorkingDirectory", "/var/lib/offboarding")
                    // Java compiles while it runs
                    .doesNotContainKey("Service.MemoryDenyWriteExecute");
        }
        assertThat(unit("offboarding.service"))
                .containsEntry("Service.Type", "oneshot")
                .containsEntry("Service.SuccessExitStatus", "5 143")
                .doesNotContainKey("Service.Restart");
        assertThat(unit("offboarding-schedule.service"))
                .containsEntry("Service.RestartPreventExitStatus", "2")
                .containsEntry("Service.SuccessExitStatus", "9 143");
        assertThat(unit("offboarding.timer"))
                .containsEntry("Timer.OnCalendar", "*-*-* 03:30:00 Europe/Berlin")
                .containsEntry("Timer.Persistent", "true")
                .containsEntry("Timer.Unit", "offboarding.service");
    }

    @Test
    void systemdFindsNothingWrongWithTheUnits(@TempDir Path folder) throws Exception {
        boolean there = Stream.of("/usr/bin/systemd-analyze", "/bin/systemd-analyze")
                .anyMatch(path -> Files.isExecutable(Path.of(path)));
        assumeTrue(
                there, "SKIPPED: the systemd units were not verified, because systemd-analyze is not on this machine");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of("systemd-analyze", "verify", "--man=no"));
        for (String name : List.of("offboarding.service", "offboarding.timer", "offboarding-schedule.service")) {
            Path unit = folder.resolve(name);
            // it looks whether the program is there
            Files.writeString(unit, text(name).replace("/usr/bin/java", java));
            command.add(unit.toString());
        }

        assertThat(output(command)).isEmpty();

        // and it would have found something
        Files.writeString(
                folder.resolve("offboarding.service"),
                text("offboarding.service").replace("ProtectSystem=strict", "ProtectSystm=strict"));
        assertThat(output(command)).contains("ProtectSystm");
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    // ---- Kubernetes

    private static Map<String, Object> manifests(String name) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        Map<String, Class<?>> kinds = Map.of(
                "ConfigMap", ConfigMap.class,
                "PersistentVolumeClaim", PersistentVolumeClaim.class,
                "CronJob", CronJob.class,
                "Deployment", Deployment.class);
        Map<String, Object> manifests = new LinkedHashMap<>();
        List<Object> documents = StreamSupport.stream(
                        new Yaml().loadAll(text(name)).spliterator(), false)
                .toList();
        for (Object document : documents) {
            String kind = String.valueOf(((Map<?, ?>) document).get("kind"));
            Object manifest = mapper.convertValue(document, Objects.requireNonNull(kinds.get(kind), kind));
            List<String> unknown = new ArrayList<>();
            unknownKeys(kind, manifest, unknown);
            assertThat(unknown).as("keys that Kubernetes does not know").isEmpty();
            manifests.put(kind, manifest);
        }
        return manifests;
    }

    /** Whatever the model has no field for. */
    private static void unknownKeys(String path, @Nullable Object value, List<String> unknown) {
        if (value instanceof Iterable<?> all) {
            all.forEach(one -> unknownKeys(path, one, unknown));
        } else if (value != null && value.getClass().getName().startsWith("io.fabric8.")) {
            for (Method method : value.getClass().getMethods()) {
                if (method.getParameterCount() > 0
                        || !method.getName().startsWith("get")
                        || method.getName().equals("getClass")) {
                    continue;
                }
                try {
                    Object of = method.invoke(value);
                    if (method.getName().equals("getAdditionalProperties")) {
                        ((Map<?, ?>) Objects.requireNonNull(of)).keySet().forEach(key -> unknown.add(path + "." + key));
                    } else {
                        unknownKeys(path + "." + method.getName().substring(3), of, unknown);
                    }
                } catch (ReflectiveOperationException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @Test
    void theCronJobRunsOneRunANightAndNeverOneAgainOnItsOwn() throws Exception {
        Map<String, Object> manifests = manifests("cronjob.yaml");
        CronJob cronJob = (CronJob) Objects.requireNonNull(manifests.get("CronJob"));
        JobSpec job = cronJob.getSpec().getJobTemplate().getSpec();
        PodSpec pod = job.getTemplate().getSpec();

        assertThat(cronJob.getSpec().getConcurrencyPolicy()).isEqualTo("Forbid");
        assertThat(cronJob.getSpec().getTimeZone()).isEqualTo("Europe/Berlin");
        assertThat(CronExpression.parse("0 " + cronJob.getSpec().getSchedule()))
                .isEqualTo(CronExpression.parse("0 30 3 * * *"));
        assertThat(job.getBackoffLimit()).isZero();
        assertThat(pod.getRestartPolicy()).isEqualTo("Never");
        assertThat(job.getPodFailurePolicy().getRules()).hasSize(2).anySatisfy(rule -> {
            assertThat(rule.getAction()).isEqualTo("FailJob");
            assertThat(rule.getOnExitCodes().getContainerName())
                    .isEqualTo(pod.getContainers().get(0).getName());
        });
        locked(pod);
        for (Container container : pod.getContainers()) {
            assertThat(container.getLivenessProbe()).isNull();
        }
        // the job file that is in it can be used, and ends on its own before Kubernetes ends it
        ConfigMap map = (ConfigMap) Objects.requireNonNull(manifests.get("ConfigMap"));
        String args = String.join(" ", pod.getContainers().get(0).getArgs());
        assertThat(map.getData()).containsKey(args.substring(args.lastIndexOf('/') + 1));
        assertThat(jobFile(map).maxDuration()).isLessThan(java.time.Duration.ofSeconds(job.getActiveDeadlineSeconds()));
        assertThat(((PersistentVolumeClaim) Objects.requireNonNull(manifests.get("PersistentVolumeClaim")))
                        .getMetadata()
                        .getName())
                .isEqualTo(pod.getVolumes().get(0).getPersistentVolumeClaim().getClaimName());
    }

    private static dev.offboarding.jobfile.JobFile jobFile(ConfigMap map) throws IOException {
        Path folder = QuickFolders.make("manifest");
        Path file = folder.resolve("nightly-database.yaml");
        try {
            // what a Secret gives stands in the environment there
            Files.writeString(
                    file,
                    Objects.requireNonNull(map.getData().get("nightly-database.yaml"))
                            .replaceAll("\\$\\{[A-Z_]+}", "s3cret"));
            return new JobFileReader().read(file).jobFile();
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    @Test
    void theDeploymentIsOneAndProbesAskForTheScheduleAndNotForItsJobs() throws Exception {
        Deployment deployment =
                (Deployment) Objects.requireNonNull(manifests("deployment.yaml").get("Deployment"));
        PodSpec pod = deployment.getSpec().getTemplate().getSpec();
        Container container = pod.getContainers().get(0);

        assertThat(deployment.getSpec().getReplicas()).isEqualTo(1);
        assertThat(deployment.getSpec().getStrategy().getType()).isEqualTo("Recreate");
        locked(pod);
        assertThat(List.of(container.getStartupProbe(), container.getLivenessProbe()))
                .allMatch(probe -> probe.getHttpGet().getPath().equals("/actuator/health/liveness"));
        assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/actuator/health/readiness");
        assertThat(container.getArgs())
                .containsSequence(
                        "--management-port",
                        String.valueOf(container.getPorts().get(0).getContainerPort()));
        assertThat(container.getArgs().get(0)).isEqualTo("schedule");
    }

    private static void locked(PodSpec pod) {
        assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThan(REPORT_SECONDS);
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        List<Container> all = new ArrayList<>(pod.getContainers());
        all.addAll(pod.getInitContainers());
        for (Container container : all) {
            SecurityContext context = container.getSecurityContext();
            assertThat(context.getReadOnlyRootFilesystem()).isTrue();
            assertThat(context.getAllowPrivilegeEscalation()).isFalse();
            assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
            assertThat(container.getVolumeMounts())
                    .filteredOn(mount -> !Boolean.TRUE.equals(mount.getReadOnly()))
                    .extracting(VolumeMount::getMountPath)
                    .isSubsetOf("/var/lib/offboarding", "/tmp");
        }
    }

    // ---- the image

    /** No linter is at hand; this is what one would say first. */
    @Test
    void theImageIsOfAPinnedVersionAndDoesNotRunAsRoot() throws Exception {
        List<String> instructions = text("Containerfile")
                .replaceAll("\\\\\\R", " ")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
        assertThat(instructions)
                .allMatch(line ->
                        line.matches("(FROM|LABEL|RUN|COPY|ENV|USER|WORKDIR|VOLUME|STOPSIGNAL|ENTRYPOINT|CMD) .+"));
        assertThat(instructions)
                .filteredOn(line -> line.startsWith("FROM"))
                .isNotEmpty()
                .allSatisfy(from -> assertThat(from)
                        .matches("FROM docker\\.io/\\S+:[0-9]+-\\S+( AS \\S+)?")
                        .doesNotContain("latest"));
        assertThat(instructions).contains("USER 10001:10001", "STOPSIGNAL SIGTERM");
        // without a shell between, which would keep the signal to itself: the script is replaced by the program
        assertThat(instructions).contains("ENTRYPOINT [\"/opt/offboarding/offboarding\"]");
        assertThat(Files.readAllLines(Path.of("src/dist/offboarding")))
                .filteredOn(line -> line.contains("-jar"))
                .isNotEmpty()
                .last()
                .asString()
                .startsWith("exec ");
        assertThat(instructions.indexOf("USER 10001:10001"))
                .isGreaterThan(instructions.lastIndexOf(instructions.stream()
                        .filter(line -> line.startsWith("COPY") || line.startsWith("RUN"))
                        .reduce((one, next) -> next)
                        .orElseThrow()));
    }
}

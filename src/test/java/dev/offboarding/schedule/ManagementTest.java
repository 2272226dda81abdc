package dev.offboarding.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offboarding.metrics.RunFigures;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunMeter;
import dev.offboarding.run.RunResult;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A schedule, looked at over HTTP. */
@Timeout(120)
class ManagementTest {

    @TempDir
    private Path folder;

    private Rehearsal rehearsal;
    private ScheduleMeters meters;
    private Management management;

    @BeforeEach
    void aScheduleIsLookedAt() {
        rehearsal = new Rehearsal(folder, "2026-03-09T20:00:00+01:00");
        meters = new ScheduleMeters(rehearsal.clock);
        rehearsal.also = meters;
        rehearsal.job("a", "{ cron: \"0 30 3 * * *\" }");
        rehearsal.job("b", "{ cron: \"0 0 4 * * *\" }");
        rehearsal.history("a", "2026-03-09T03:30:00+01:00");
        Scheduler scheduler = rehearsal.begin("a", "b");
        meters.follow(scheduler);
        management = Management.open("127.0.0.1", 0, scheduler, meters, rehearsal.clock);
    }

    @AfterEach
    void close() {
        management.close();
    }

    private RunFigures figures(RunResult result) {
        return new RunMeter(rehearsal.clock, Progress.NONE, meters.traffic("a")).figures("a", result);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(path, "GET");
    }

    private HttpResponse<String> send(String path, String method) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management.port() + path))
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .timeout(Duration.ofSeconds(60))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode health(int status) throws IOException, InterruptedException {
        HttpResponse<String> answer = get("/actuator/health");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JsonMapper.shared().readTree(answer.body());
    }

    @Test
    void healthSaysHowEachJobStandsAndProbesOnlyWhetherTheScheduleIsAtWork() throws Exception {
        JsonNode well = health(200);
        assertThat(well.get("status").asString()).isEqualTo("UP");
        JsonNode a = well.at("/components/jobs/details/a");
        assertThat(a.get("lastSuccess").asString()).isEqualTo("2026-03-09T02:30:00Z");
        assertThat(a.get("lastSuccessAgeSeconds").asLong()).isEqualTo(59_400);
        assertThat(a.get("nextDue").asString()).isEqualTo("2026-03-10T02:30:00Z");

        rehearsal.write("b", "offboarding: {");
        rehearsal.until("2026-03-10T03:30:00+01:00").end(ExitCode.UNAVAILABLE);

        JsonNode ill = health(503);
        assertThat(ill.at("/components/schedule/status").asString()).isEqualTo("UP");
        assertThat(ill.at("/components/jobs/status").asString()).isEqualTo("DOWN");
        assertThat(ill.at("/components/jobs/details/a/lastExitCode").asInt()).isEqualTo(7);
        assertThat(ill.at("/components/jobs/details/b/problems/0").asString()).contains("b.yaml");
        for (String probe : List.of("liveness", "readiness")) {
            assertThat(get("/actuator/health/" + probe).statusCode()).isEqualTo(200);
        }
        // nobody has looked for ten minutes
        rehearsal.clock.pass(Duration.ofMinutes(10));
        assertThat(get("/actuator/health/liveness").statusCode()).isEqualTo(503);
    }

    @Test
    void prometheusGetsTheLastRunsFiguresAndWhatAddsUp() throws Exception {
        rehearsal.until("2026-03-10T03:30:00+01:00");
        meters.traffic("a").request("customer", 200);
        meters.traffic("a").request("customer", 429);
        RunMeter watch = new RunMeter(rehearsal.clock, Progress.NONE, meters.traffic("a"));
        rehearsal.clock.pass(Duration.ofMinutes(5));
        meters.ended(watch.figures("a", new RunResult("r", ExitCode.NEEDS_ATTENTION, null, null, List.of())));
        rehearsal.end(ExitCode.NEEDS_ATTENTION);
        rehearsal.clock.pass(Duration.ofMinutes(1));

        HttpResponse<String> answer = get("/actuator/prometheus");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
        assertThat(answer.body().lines())
                .contains(
                        "offboarding_last_run_exit_code{job=\"a\"} 4.0",
                        "offboarding_last_run_duration_seconds{job=\"a\"} 300.0",
                        "offboarding_last_success_age_seconds{job=\"a\"} 60.0",
                        "offboarding_job_healthy{job=\"a\"} 1.0",
                        "offboarding_job_file_usable{job=\"b\"} 1.0",
                        "offboarding_run_under_way{job=\"a\"} 0.0",
                        "offboarding_runs_total{exit_code=\"4\",job=\"a\"} 1.0",
                        "offboarding_requests_total{job=\"a\",resource=\"customer\"} 2.0",
                        "offboarding_throttled_requests_total{job=\"a\",resource=\"customer\"} 1.0",
                        "offboarding_missed_runs_total{job=\"b\"} 0.0");

        rehearsal.jump("2026-03-10T09:00:00+01:00");
        rehearsal.write("b", "offboarding: {");
        rehearsal.jump("2026-03-10T09:00:30+01:00");
        assertThat(get("/actuator/prometheus").body().lines())
                .contains(
                        "offboarding_missed_runs_total{job=\"b\"} 1.0",
                        "offboarding_job_file_usable{job=\"b\"} 0.0",
                        "offboarding_job_healthy{job=\"b\"} 0.0");
    }

    /** Just then somebody waits for it to be too old. */
    @Test
    void theLastSuccessIsStillThereAfterRunsThatCouldNotBegin() throws Exception {
        RunResult away = RunResult.notBegun(ExitCode.UNAVAILABLE, "no database");

        meters.ended(figures(away));

        // as the table of runs had it
        double before = 1_773_023_400;
        assertThat(get("/actuator/prometheus").body().lines())
                .anySatisfy(line ->
                        assertThat(line).isEqualTo("offboarding_last_success_timestamp_seconds{job=\"a\"} " + before));

        meters.ended(figures(new RunResult("r", ExitCode.OK, null, null, List.of())));
        meters.ended(figures(away));

        double since = rehearsal.clock.instant().getEpochSecond();
        assertThat(get("/actuator/prometheus").body().lines())
                .anySatisfy(line ->
                        assertThat(line).isEqualTo("offboarding_last_success_timestamp_seconds{job=\"a\"} " + since));
    }

    /** A setting from elsewhere opened the port to the world, while the program said 127.0.0.1. */
    @Test
    void noSettingFromElsewhereOpensThePortToTheWorld() throws Exception {
        management.close();
        Map<String, String> elsewhere = Map.of(
                "server.address", "0.0.0.0", "server.port", "1", "management.endpoints.web.exposure.include", "*");
        elsewhere.forEach(System::setProperty);
        try {
            management = Management.open("127.0.0.1", 0, rehearsal.scheduler(), meters, rehearsal.clock);
        } finally {
            elsewhere.keySet().forEach(System::clearProperty);
        }

        assertThat(get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        for (String page : List.of("beans", "env", "heapdump", "threaddump", "loggers", "shutdown", "mappings")) {
            assertThat(get("/actuator/" + page).statusCode()).as(page).isEqualTo(404);
        }
        // another loopback address of this machine, where only a port that is open to all is heard
        assertThatThrownBy(() -> new Socket("127.0.0.2", management.port()).close())
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void itIsReadAndNothingElse() throws Exception {
        for (String method : List.of("POST", "PUT", "DELETE", "TRACE")) {
            HttpResponse<String> answer = send("/actuator/health/liveness", method);

            assertThat(answer.statusCode()).as(method).isEqualTo(405);
            assertThat(answer.body()).doesNotContain("Exception", "\tat ");
        }
    }

    @Test
    void nothingElseIsShownAndAPortThatIsTakenIsSaid() throws Exception {
        for (String page :
                List.of("/", "/actuator/env", "/actuator/heapdump", "/actuator/shutdown", "/actuator/beans")) {
            assertThat(get(page).statusCode()).as(page).isEqualTo(404);
        }
        try (ServerSocket taken = new ServerSocket(0)) {
            assertThatThrownBy(() -> Management.open(
                            "127.0.0.1", taken.getLocalPort(), rehearsal.scheduler(), meters, rehearsal.clock))
                    .isInstanceOf(Management.CannotListenException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("another program has it")
                    .hasMessageContaining("--management-port");
        }
    }
}

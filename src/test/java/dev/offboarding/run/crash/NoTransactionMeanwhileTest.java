package dev.offboarding.run.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.OffboardingRun;
import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.StandInSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/** An answer of the platform may take minutes. A transaction that is open for so long keeps others waiting, and a server from tidying up. */
class NoTransactionMeanwhileTest {

    /** Longer than any test takes. */
    private static final Duration LONG = Duration.ofSeconds(100);

    private final PartnerCenterScene night = new PartnerCenterScene(StandInSettings.standard())
            .with("partner-center.read-timeout", LONG.plusSeconds(20).toString());
    private final AtomicReference<String> step = new AtomicReference<>("");
    private final OffboardingRun run = listed();
    private final CompletableFuture<RunResult> running = new CompletableFuture<>();

    private OffboardingRun listed() {
        night.standIn.customer("Bystander").licence("E1", "active");
        CustomerBuilder customer =
                night.standIn.customer("Contoso").licence("E3", "active").gdap("Support", "active");
        night.listed(List.of(customer));
        return night.loaded(Mode.RUN, new Progress() {
            @Override
            public void step(String name, long cases) {
                step.set(name);
            }

            @Override
            public void advance(long cases) {}
        });
    }

    @AfterEach
    void close() throws Exception {
        night.standIn.faults().clear();
        night.standIn.letGo();
        running.get(60, TimeUnit.SECONDS);
        night.close();
    }

    /** The next answer to such a call does not come before it is let go. */
    private void held(Endpoint endpoint) {
        night.standIn
                .faults()
                .inject(InjectedFault.SLOW)
                .on(endpoint)
                .taking(LONG)
                .once();
    }

    /** One that is open while an answer is waited for is open all the time; others come and go. */
    private List<String> transactionsThatStay() {
        String such = "xact_start is not null";
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> sessions(such).isEmpty());
            return List.of();
        } catch (ConditionTimeoutException e) {
            return sessions(such);
        }
    }

    private List<String> sessions(String such) {
        return night.scene.jdbc().sql("""
                        select state || ': ' || query from pg_stat_activity
                         where datname = current_database() and pid <> pg_backend_pid()
                           and backend_type = 'client backend' and (%s)
                        """.formatted(such)).query(String.class).list();
    }

    @Test
    void whileAnAnswerOfPartnerCenterIsAwaitedTheRunHasNoTransactionOpen() throws Exception {
        List<Endpoint> calls = List.of(
                Endpoint.CUSTOMER_READ,
                Endpoint.CUSTOMER_LIST,
                Endpoint.SUBSCRIPTION_WRITE,
                Endpoint.CUSTOMER_WRITE,
                Endpoint.GDAP_WRITE,
                Endpoint.CUSTOMER_READ);
        List<String> steps = new ArrayList<>();
        List<String> open = new ArrayList<>();
        held(calls.get(0));
        running.completeAsync(run::start, new SimpleAsyncTaskExecutor("a run"));
        for (int i = 0; i < calls.size(); i++) {
            Endpoint call = calls.get(i);
            awaitHeld(call);
            steps.add(step.get());
            transactionsThatStay().forEach(it -> open.add("%s, %s: %s".formatted(step.get(), call, it)));
            assertThat(sessions("application_name like 'offboarding%'"))
                    .as("the run's own")
                    .isNotEmpty();
            if (i + 1 < calls.size()) {
                held(calls.get(i + 1));
            }
            night.standIn.letGo();
        }

        RunResult result = running.get(60, TimeUnit.SECONDS);

        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.OK);
        assertThat(open).isEmpty();
        assertThat(steps).containsExactly("observe", "check-limits", "suspend", "remove", "remove", "verify");
    }

    private void awaitHeld(Endpoint call) throws InterruptedException {
        Awaitility.await("%s is asked for".formatted(call))
                .atMost(Duration.ofSeconds(30))
                .until(() -> night.standIn.requests().stream()
                        .anyMatch(it -> it.endpoint() == call && it.answered() == null));
        assertThat(night.standIn.awaitHeld(1, Duration.ofSeconds(30))).isTrue();
    }
}

package dev.offboarding.run.worlds;

import dev.offboarding.run.LedgerChanges;
import dev.offboarding.run.Scene;
import dev.offboarding.run.crash.Fuse;
import dev.offboarding.runs.ExitCode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * What holds whatever people ask for, in whatever order: they list customers, take rows out of the list and put them back, withdraw, pause
 * and resume, approve plans, spread them or lift a limit, while others change what customers hold, customers that were removed come back,
 * and runs are killed. Who may be written to is reckoned here, from what this test itself has asked for and what the platform has seen, and
 * never from what the program believes. A seed that failed is tried again with {@code -Dsweep.seed=} and {@code -Dsweep.points=1}; {@code
 * -Psweep} tries others.
 */
@Tag("sweep")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecondThoughtsTest {

    /** Without these having happened nothing is shown. */
    private static final List<String> SHOWN = List.of(
            "REACTIVATE",
            "REMOVE",
            "withdrawn",
            "withdrawn in mid-offboarding",
            "approved",
            "paused",
            "killed",
            "comes back",
            "unlisted",
            "withdrawn by the list");

    private final Scene scene = Scene.set();
    private final Map<String, Integer> happened = new TreeMap<>();
    private Fuse fuse;
    private LedgerChanges changes;

    @BeforeAll
    void aLedgerThatWritesDownWhatChanges() {
        scene.customers(1, 1).plans(ExitCode.OK);
        fuse = Fuse.in(scene.jdbc());
        changes = LedgerChanges.in(scene);
    }

    @AfterAll
    void close() {
        scene.close();
    }

    @Test
    @Order(1)
    @Timeout(value = 6, unit = TimeUnit.HOURS, threadMode = ThreadMode.SEPARATE_THREAD)
    void whateverPeopleAskForNothingIsWrittenThatNobodyWants() {
        nothingIsWrittenThatNobodyWants(() -> new WatchedLedger(scene, changes));
    }

    /** Many nights in real time: for the sweep. The job's settings stay those of Partner Center, so it comes last. */
    @Test
    @Order(2)
    @Tag("large")
    @Timeout(value = 6, unit = TimeUnit.HOURS, threadMode = ThreadMode.SEPARATE_THREAD)
    void norOnPartnerCenter() {
        nothingIsWrittenThatNobodyWants(() -> new WatchedPartnerCenter(scene, Scene.TONIGHT));
    }

    private void nothingIsWrittenThatNobodyWants(Supplier<WatchedReseller> resellers) {
        happened.clear();
        WorldSeeds.each(3, SHOWN, happened, seed -> {
            scene.reset();
            try (WatchedReseller reseller = resellers.get()) {
                WorldSeeds.live(seed, new SecondThoughtsWorld(scene, fuse, reseller, seed, happened));
            }
        });
    }
}

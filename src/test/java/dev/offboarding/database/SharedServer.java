package dev.offboarding.database;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * What holds for all tests of a JVM.
 *
 * <p>Starts the tests' PostgreSQL before the first test of a JVM, and unpacks its programs for all of them. Were they in the folder of a
 * test, nothing would start after it.
 */
public final class SharedServer implements LauncherSessionListener {

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        // ten seconds, the library's own, pass on a busy machine before a program has started
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
        TestDatabase.start();
        PostgresPrograms.areIn(TestDatabase.programs());
    }
}

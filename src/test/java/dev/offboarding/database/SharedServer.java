package dev.offboarding.database;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Starts the tests' PostgreSQL before the first test of a JVM, and unpacks its programs for all of them. Were they in the folder of a
 * test, nothing would start after it.
 */
public final class SharedServer implements LauncherSessionListener {

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        TestDatabase.start();
        PostgresPrograms.areIn(TestDatabase.programs());
    }
}

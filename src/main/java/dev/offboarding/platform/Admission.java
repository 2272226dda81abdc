package dev.offboarding.platform;

/**
 * Asked right before each write leaves the program, from the thread that sends it. Once it says no, nothing more is started;
 * what is under way is finished.
 */
@FunctionalInterface
public interface Admission {
    boolean mayStart();
}

package dev.offboarding.run;

/**
 * A step that could not do its work, for people.
 *
 * @param exitCode what the run ends with for it
 */
record Failure(String step, int exitCode, String message) {}

package dev.offboarding.runs;

/**
 * A step that could not do its work, for people.
 *
 * @param exitCode what the run ends with for it
 */
public record Failure(String step, int exitCode, String message) {}

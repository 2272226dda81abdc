package dev.offboarding.platform;

/**
 * What of a platform will need somebody in time, or what a night will ask of it, in a sentence for people.
 *
 * @param soon whether somebody has to do something within a month: then every run says it, and not only a plan
 */
public record Outlook(String sentence, boolean soon) {}

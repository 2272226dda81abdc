package dev.offboarding.runs;

/** Why a run starts nothing more. */
public record Stop(StopReason reason, String message) {}

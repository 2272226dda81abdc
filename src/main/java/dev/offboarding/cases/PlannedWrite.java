package dev.offboarding.cases;

import dev.offboarding.platform.Action;

/** A write that a run may make, and no other. */
public record PlannedWrite(Action action, String target) {}

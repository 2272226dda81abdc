package dev.offboarding.plan;

/** Whether a second person has to approve a plan before it is carried out. */
public enum Approval {
    NONE,
    REQUIRED
}

package dev.offboarding.platform;

/** Which platform a job works on. */
public enum PlatformName {
    LEDGER,
    PARTNER_CENTER
}

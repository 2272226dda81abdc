package dev.offboarding.run;

import java.time.Clock;

/**
 * The run that a step is part of.
 *
 * @param guard whether anything more may be started
 * @param progress who is notified of how far it has come
 */
record RunContext(RunInfo run, Clock clock, RunGuard guard, Progress progress) {}

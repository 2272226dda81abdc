package dev.offboarding.run;

import dev.offboarding.approvals.Person;

/** Who makes this run's plan. */
record PlannedBy(Person person) {}

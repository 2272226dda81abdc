package dev.offboarding.jobfile;

import org.springframework.scheduling.support.CronExpression;

/** When a job runs by itself, in the job's zone. */
public record Schedule(CronExpression cron) {}

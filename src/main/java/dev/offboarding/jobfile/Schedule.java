package dev.offboarding.jobfile;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.scheduling.support.CronExpression;

/**
 * When a job runs on its own, in the job's zone.
 *
 * @param catchUp whether a night that was missed is made up for, once, as soon as that is possible
 */
public record Schedule(
        CronExpression cron, @DefaultValue("false") boolean catchUp) {}

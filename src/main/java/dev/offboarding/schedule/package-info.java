/** Runs jobs by their cron for as long as the program is up, says which nights were missed, and can be watched while it does. */
@NullMarked
package dev.offboarding.schedule;

import org.jspecify.annotations.NullMarked;

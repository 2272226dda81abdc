/** A run in figures, for machines that watch over it: counted by Micrometer, written as Prometheus reads it. No customer is in them. */
@NullMarked
package dev.offboarding.metrics;

import org.jspecify.annotations.NullMarked;

/** The port: what a platform shows, what it is asked to do, and what it answers. */
@NullMarked
package dev.offboarding.platform;

import org.jspecify.annotations.NullMarked;

/** The command line: one class per verb, no logic of its own. */
@NullMarked
package dev.offboarding.command;

import org.jspecify.annotations.NullMarked;

/** The command line: a class a verb, no logic of its own. */
@NullMarked
package dev.offboarding.command;

import org.jspecify.annotations.NullMarked;

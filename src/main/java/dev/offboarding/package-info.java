/** The program's front door. */
@NullMarked
package dev.offboarding;

import org.jspecify.annotations.NullMarked;

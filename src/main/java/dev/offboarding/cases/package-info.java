/** The life of a case and its table. */
@NullMarked
package dev.offboarding.cases;

import org.jspecify.annotations.NullMarked;

/** What people ask for beside the list: that a customer is withdrawn, that nothing is written meanwhile, that a case is ended. */
@NullMarked
package dev.offboarding.interventions;

import org.jspecify.annotations.NullMarked;

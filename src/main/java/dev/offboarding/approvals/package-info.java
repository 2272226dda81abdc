/** Plans that are kept, who approved them, and whose cases that covers. */
@NullMarked
package dev.offboarding.approvals;

import org.jspecify.annotations.NullMarked;

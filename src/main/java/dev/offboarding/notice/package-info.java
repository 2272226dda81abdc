/** Notifies people of how a run ended: by webhook, by mail. A notice that cannot be sent fails nothing. */
@NullMarked
package dev.offboarding.notice;

import org.jspecify.annotations.NullMarked;

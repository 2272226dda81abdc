/** Notifies people of what a run came to: by webhook, by mail. A notice that cannot be sent fails nothing. */
@NullMarked
package dev.offboarding.notice;

import org.jspecify.annotations.NullMarked;

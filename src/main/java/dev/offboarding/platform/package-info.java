/** The port: where customers and subscriptions live, in words that fit every platform. */
@NullMarked
package dev.offboarding.platform;

import org.jspecify.annotations.NullMarked;

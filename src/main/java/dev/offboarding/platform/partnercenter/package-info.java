/** The platform that is Microsoft's Partner Center, spoken to over REST. */
@NullMarked
package dev.offboarding.platform.partnercenter;

import org.jspecify.annotations.NullMarked;

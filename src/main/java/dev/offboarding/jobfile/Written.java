package dev.offboarding.jobfile;

import org.jspecify.annotations.Nullable;

/**
 * The text of one value.
 *
 * @param text as written; variables in it are not resolved
 * @param from the environment variable or system property that it comes from; null if it is in the file
 */
record Written(String text, @Nullable String from) {
    boolean inTheFile() {
        return from == null;
    }
}

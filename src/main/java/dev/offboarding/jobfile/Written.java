package dev.offboarding.jobfile;

import org.jspecify.annotations.Nullable;

/**
 * The text of one value.
 *
 * @param text as written; variables in it are not resolved
 * @param from the environment variable or system property that has it in the file's place; null if it stands in the file
 */
record Written(String text, @Nullable String from) {
    boolean inTheFile() {
        return from == null;
    }
}

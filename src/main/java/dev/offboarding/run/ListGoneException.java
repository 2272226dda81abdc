package dev.offboarding.run;

import dev.offboarding.lists.ListUnavailableException;

/** The list cannot be had, in a run that has touched something already or owes a report of open cases: no longer only a wrong configuration. */
final class ListGoneException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ListGoneException(ListUnavailableException cause) {
        super(String.valueOf(cause.getMessage()), cause.getCause());
    }
}

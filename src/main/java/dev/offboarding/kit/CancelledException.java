package dev.offboarding.kit;

/**
 * The run was asked to stop, and this would not have been over in time: no one is to blame for it. What was being written when it came has
 * no outcome yet.
 */
public final class CancelledException extends RuntimeException {

    public CancelledException() {
        super("the run was asked to stop");
    }
}

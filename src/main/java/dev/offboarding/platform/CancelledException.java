package dev.offboarding.platform;

/**
 * The run was asked to stop, and this would not have been over in time: no further use is made of the platform, and no one is to blame
 * for it. What was being written when it came has no outcome yet.
 */
public final class CancelledException extends PlatformUnavailableException {

    public CancelledException() {
        super("the run was asked to stop", null);
    }
}

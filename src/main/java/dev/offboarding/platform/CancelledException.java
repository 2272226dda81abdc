package dev.offboarding.platform;

/**
 * The run was told to end, and this would not have been over in time: no further use is made of the platform, and nobody is to blame
 * for it. What was being written when it came has no outcome yet.
 */
public final class CancelledException extends PlatformUnavailableException {

    public CancelledException() {
        super("the run was told to end", null);
    }
}

package dev.offboarding.run;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Which build of the program this is. */
public final class ProgramVersion {

    private ProgramVersion() {}

    /** Such as {@code offboarding 0.1.0}. */
    public static String text() {
        Properties build = new Properties();
        try (InputStream in = ProgramVersion.class.getResourceAsStream("/META-INF/build-info.properties")) {
            if (in != null) {
                build.load(in);
            }
        } catch (IOException unreadable) {
            // then the version is not known, which is not a reason to stop
        }
        return "offboarding " + build.getProperty("build.version", "(unknown version)");
    }
}

package dev.offboarding.kit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk of some megabytes, which can be filled; on Linux, and for root only. */
public final class SmallDisk {

    private SmallDisk() {}

    /** Whether it could be mounted there. */
    public static boolean mount(Path folder, String size) throws Exception {
        return succeeds("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", folder.toString());
    }

    /** Whether it could be mounted otherwise: {@code ro}, {@code rw} or {@code size=…}. */
    public static boolean remount(Path folder, String how) throws Exception {
        return succeeds("mount", "-o", "remount," + how, folder.toString());
    }

    public static void unmount(Path folder) throws Exception {
        succeeds("umount", folder.toString());
    }

    /** Until nothing more fits on it. */
    public static void fill(Path file) {
        byte[] bytes = new byte[1 << 16];
        assertThatThrownBy(() -> {
                    try (OutputStream out = Files.newOutputStream(file)) {
                        while (true) {
                            out.write(bytes);
                        }
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left");
    }

    private static boolean succeeds(String... command) throws Exception {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}

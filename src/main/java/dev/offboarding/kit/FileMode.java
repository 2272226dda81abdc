package dev.offboarding.kit;

import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Who may do what with a file or a folder, as {@code chmod} takes it: {@code 0640}. */
public record FileMode(int bits) {
    private static final Pattern WRITTEN = Pattern.compile("0?[0-7]{3}");

    /**
     * Reads {@code 0640} or {@code 640}.
     *
     * @throws IllegalArgumentException whose message follows the text, like {@code is not a mode; …}
     */
    public static FileMode parse(String text) {
        if (!WRITTEN.matcher(text.strip()).matches()) {
            throw new IllegalArgumentException(
                    "is not a mode; write three digits from 0 to 7, for owner, group and others, like 0640");
        }
        return new FileMode(Integer.parseInt(text.strip(), 8));
    }

    /** Whether these bits, and perhaps more, are set. */
    public boolean has(int wanted) {
        return (bits & wanted) == wanted;
    }

    /** Whether no bit but these is set. */
    public boolean isWithin(int most) {
        return (bits & ~most) == 0;
    }

    Set<PosixFilePermission> permissions() {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values(); // from the owner's reading to the others' executing
        for (int n = 0; n < all.length; n++) {
            if (has(0400 >> n)) {
                permissions.add(all[n]);
            }
        }
        return permissions;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%04o", bits);
    }
}

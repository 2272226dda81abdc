package dev.offboarding.approvals;

import java.text.Normalizer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who planned or approved something.
 *
 * @param name as claimed or, where nobody claims one, the operating system's user
 * @param claimed whether that is only a claim
 * @param user the operating system's user
 */
public record Person(String name, boolean claimed, String user) {

    /** @param by the name that is claimed; null for the operating system's user */
    public static Person of(@Nullable String by) {
        String user = System.getProperty("user.name", "?");
        return by == null || by.isBlank() ? new Person(user, false, user) : new Person(by.strip(), true, user);
    }

    /** Whether both go by one name, in whatever case and with whatever white space. */
    public boolean is(String other) {
        return folded(name).equals(folded(other));
    }

    /** As names of people are compared. */
    public static String folded(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKC)
                .strip()
                .replaceAll("\\s+", " ")
                .toLowerCase(Locale.ROOT);
    }

    /** Like {@code Ada (a claim of the user ops)}. */
    public String inWords() {
        return claimed ? "%s (a claim of the user %s)".formatted(name, user) : name;
    }

    /** For reports and the trail. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("claimed", claimed);
        json.put("user", user);
        return json;
    }
}

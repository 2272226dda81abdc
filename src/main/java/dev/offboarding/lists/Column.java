package dev.offboarding.lists;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The columns of a list that mean something to us. */
public enum Column {
    CUSTOMER_ID("microsoft_id", "tenant_id", "customer_tenant_id"),
    COMPANY_NAME("customer_name"),
    DOMAIN("primary_domain_name", "domain_name"),
    EFFECTIVE_DATE("due_date"),
    REASON,
    TICKET,
    REQUESTED_BY,
    /** Lists a customer again on purpose: filled with anything that was not there before. */
    AGAIN;

    /** Those that a case keeps of the row that listed it. */
    public static final List<Column> KEPT = Stream.of(values())
            .filter(column -> column != CUSTOMER_ID && column != AGAIN)
            .toList();

    /** Those by which a customer is known, beside its id. */
    public static final List<Column> IDENTIFYING = List.of(COMPANY_NAME, DOMAIN);

    /** Those in which someone who means it puts something else to list a customer again: another name is not a reason. */
    public static final List<Column> SAYING =
            KEPT.stream().filter(column -> !IDENTIFYING.contains(column)).toList();

    private static final Map<String, Column> BY_HEADING = Stream.of(values())
            .flatMap(column -> column.accepted().stream().map(name -> Map.entry(name, column)))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private final String[] alsoAccepted;

    Column(String... alsoAccepted) {
        this.alsoAccepted = alsoAccepted;
    }

    /** The name under which it appears in our own files and tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The same, for people. */
    public String title() {
        String words = label().replace('_', ' ');
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    /** The names under which a list may have it, as they are compared. */
    List<String> accepted() {
        return Stream.concat(Stream.of(label()), Stream.of(alsoAccepted)).toList();
    }

    static @Nullable Column of(String heading) {
        return BY_HEADING.get(normalised(heading));
    }

    /** Upper and lower case, blanks, hyphens and underscores are alike. */
    static String normalised(String heading) {
        StringBuilder name = new StringBuilder();
        boolean gap = false;
        for (char c : heading.toCharArray()) {
            if (c == '-' || c == '_' || Whitespace.isBlank(c)) {
                gap = !name.isEmpty();
            } else {
                if (gap) {
                    name.append('_');
                }
                gap = false;
                name.append(c);
            }
        }
        return name.toString().toLowerCase(Locale.ROOT);
    }
}

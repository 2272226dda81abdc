package dev.offboarding.report;

import dev.offboarding.kit.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/**
 * So many customers, the same on every machine: those first in the order of the SHA-256 of seed, colon and id. Whoever names the seed
 * after the export's population is fixed has drawn them, and nobody else.
 */
public record ExportSample(int size, String seed) {

    /** For those who want to do it again. */
    static final String ALGORITHM =
            "the first SIZE customers in the ascending order of the lower-case hexadecimal SHA-256 of SEED, a colon and customer_id, in UTF-8";

    static final Comparator<UUID> BY_ID = Comparator.comparing(UUID::toString);

    SortedSet<UUID> of(Collection<UUID> population) {
        SortedSet<UUID> drawn = new TreeSet<>(BY_ID);
        population.stream().sorted(Comparator.comparing(this::rank)).limit(size).forEach(drawn::add);
        return drawn;
    }

    private String rank(UUID id) {
        return Sha256.hexOf((seed + ":" + id).getBytes(StandardCharsets.UTF_8));
    }
}

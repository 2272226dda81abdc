package dev.offboarding.report.verify;

import dev.offboarding.kit.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a plan is called: SHA-256 of its writes, a line {@code CUSTOMER ACTION TARGET} each, customers in the order of their ids, with a
 * line feed between two. For that all of them have to be at hand; more than fits is left out.
 */
final class PlanDigest {
    private static final int BLOCK = 1 << 20;
    private static final long MOST_BYTES = 64L << 20;

    private final List<byte[]> blocks = new ArrayList<>();
    private int used = BLOCK;
    /** By customer with writes: its index, and where its writes begin. */
    private int[] owners = new int[64];

    private int[] starts = new int[64];
    private int count;
    private long bytes;

    void add(int customer, String action, String target) {
        byte[] text = (action + ' ' + target).getBytes(StandardCharsets.UTF_8);
        bytes += text.length + 2L;
        if (bytes > MOST_BYTES || text.length > 0xFFFF) {
            bytes = MOST_BYTES + 1;
            blocks.clear();
            return;
        }
        if (count == 0 || owners[count - 1] != customer) {
            if (count == owners.length) {
                owners = Arrays.copyOf(owners, count * 2);
                starts = Arrays.copyOf(starts, count * 2);
            }
            owners[count] = customer;
            starts[count++] = position();
        }
        put((byte) (text.length >> 8));
        put((byte) text.length);
        for (byte b : text) {
            put(b);
        }
    }

    /** Whether there was not too much. */
    boolean canBeTold() {
        return bytes <= MOST_BYTES;
    }

    /** Null if there was too much. */
    @Nullable
    String of(Customers customers) {
        if (!canBeTold()) {
            return null;
        }
        List<List<Integer>> byFirstByte = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            byFirstByte.add(new ArrayList<>());
        }
        for (int i = 0; i < count; i++) {
            byFirstByte
                    .get((int) (customers.id(owners[i]).getMostSignificantBits() >>> 56))
                    .add(i);
        }
        MessageDigest sha256 = Sha256.begin();
        boolean first = true;
        Comparator<UUID> asBytes = Comparator.comparing(UUID::getMostSignificantBits, Long::compareUnsigned)
                .thenComparing(UUID::getLeastSignificantBits, Long::compareUnsigned);
        for (List<Integer> some : byFirstByte) {
            some.sort(Comparator.comparing(i -> customers.id(owners[i]), asBytes));
            for (int i : some) {
                byte[] id = (customers.id(owners[i]) + " ").getBytes(StandardCharsets.US_ASCII);
                int at = starts[i];
                int end = i + 1 < count ? starts[i + 1] : position();
                while (at < end) {
                    if (!first) {
                        sha256.update((byte) '\n');
                    }
                    first = false;
                    sha256.update(id);
                    int length = (get(at) & 0xFF) << 8 | get(at + 1) & 0xFF;
                    for (int k = 0; k < length; k++) {
                        sha256.update(get(at + 2 + k));
                    }
                    at += 2 + length;
                }
            }
        }
        return Sha256.hex(sha256.digest());
    }

    private int position() {
        return blocks.isEmpty() ? 0 : (blocks.size() - 1) * BLOCK + used;
    }

    private void put(byte b) {
        if (used == BLOCK) {
            blocks.add(new byte[BLOCK]);
            used = 0;
        }
        blocks.get(blocks.size() - 1)[used++] = b;
    }

    private byte get(int at) {
        return blocks.get(at / BLOCK)[at % BLOCK];
    }
}

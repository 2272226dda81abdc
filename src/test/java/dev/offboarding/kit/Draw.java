package dev.offboarding.kit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One draw of made-up values, the same for the same seed. Numbers are drawn from the ends of their range more often than by chance. */
public final class Draw {

    /** What trips over itself: signs of their own, of two and of four bytes, white space, marks that cannot be seen, half a pair. */
    private static final List<String> TROUBLESOME = List.of(
            "\0", "\n", "\r", "\t", " ", "\"", "\\", "'", "<", "&", "%", "$", "{", "\u007f", "\u0085", "\u00a0",
            "\u00ad", "ß", "é", "e\u0301", "İ", "ı", "\u200b", "\u200d", "\u2028", "\u202e", "\ufeff", "\ufffd", "株",
            "😀", "\ud83d", "\ude00");

    private final SplittableRandom random;
    private final List<Object> drawn;

    /** A way to draw, and how often it is taken beside the others. */
    public record Weighted<T>(int weight, Supplier<? extends T> value) {}

    Draw(long seed, List<Object> drawn) {
        this.random = new SplittableRandom(seed);
        this.drawn = drawn;
    }

    private <T> T drew(T value) {
        drawn.add(value);
        return value;
    }

    /** @param max inclusive */
    public int between(int min, int max) {
        return (int) between((long) min, (long) max);
    }

    /** @param max inclusive */
    public long between(long min, long max) {
        if (oneIn(8)) {
            long[] ends = {min, max, 0, 1, -1, min + 1, max - 1};
            long end = ends[random.nextInt(ends.length)];
            return drew(end >= min && end <= max ? end : min);
        }
        if (min == Long.MIN_VALUE && max == Long.MAX_VALUE) {
            return drew(random.nextLong());
        }
        // as many small numbers as large ones
        long width = max - min;
        if (width > 1_000_000 && random.nextBoolean()) {
            width >>>= random.nextInt(64 - Long.numberOfLeadingZeros(width));
        }
        return drew(min + (width == Long.MAX_VALUE ? random.nextLong(width) : random.nextLong(width + 1)));
    }

    public long anyLong() {
        return between(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** From nothing on, and less than the whole. */
    public double share() {
        return drew(oneIn(20) ? 0.0 : random.nextDouble());
    }

    public boolean either() {
        return drew(random.nextBoolean());
    }

    public boolean oneIn(int many) {
        return random.nextInt(many) == 0;
    }

    @SafeVarargs
    public final <T> T of(T... values) {
        return drew(values[random.nextInt(values.length)]);
    }

    public <T> T of(Collection<T> values) {
        return drew(List.copyOf(values).get(random.nextInt(values.size())));
    }

    public <E extends Enum<E>> E of(Class<E> values) {
        return of(values.getEnumConstants());
    }

    public static <T> Weighted<T> weighted(int weight, Supplier<? extends T> value) {
        return new Weighted<>(weight, value);
    }

    @SafeVarargs
    public final <T> T oneOf(Weighted<? extends T>... ways) {
        int at = random.nextInt(Arrays.stream(ways).mapToInt(Weighted::weight).sum());
        for (Weighted<? extends T> way : ways) {
            at -= way.weight();
            if (at < 0) {
                return way.value().get();
            }
        }
        throw new IllegalStateException("no way to draw");
    }

    /** Null in so many of ten. */
    public <T> @Nullable T unless(int inTen, Supplier<T> value) {
        return random.nextInt(10) < inTen ? null : value.get();
    }

    /** @param max inclusive */
    public <T> List<T> list(int min, int max, Supplier<T> element) {
        int size = oneIn(8) ? (random.nextBoolean() ? min : max) : random.nextInt(min, max + 1);
        List<T> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            list.add(element.get());
        }
        return list;
    }

    /** Text of these characters, of which some may be half a pair. */
    public String stringOf(String characters, int maxLength) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(maxLength + 1); length > 0; length--) {
            text.append(characters.charAt(random.nextInt(characters.length())));
        }
        return drew(text.toString());
    }

    /** Any character, as a text of one. */
    public char character() {
        return drew(
                oneIn(3)
                        ? TROUBLESOME.get(random.nextInt(TROUBLESOME.size())).charAt(0)
                        : (char) random.nextInt(oneIn(2) ? 0x80 : 0x10000));
    }

    /** Any text of whole characters. */
    public String text(int maxCharacters) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(maxCharacters + 1); length > 0; length--) {
            String next = oneIn(3)
                    ? TROUBLESOME.get(random.nextInt(TROUBLESOME.size() - 2))
                    : Character.toString(codePoint(oneIn(3) ? 0x80 : oneIn(2) ? 0x600 : Character.MAX_CODE_POINT));
            text.append(next);
        }
        return drew(text.toString());
    }

    /** One that is no half of a pair. */
    public int codePoint(int below) {
        int c = random.nextInt(1, below);
        return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 'x' : c;
    }

    public byte[] bytes(int maxLength) {
        byte[] bytes = new byte[random.nextInt(maxLength + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    public UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    @Override
    public String toString() {
        return drawn.toString();
    }
}

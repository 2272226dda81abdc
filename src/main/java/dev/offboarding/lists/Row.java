package dev.offboarding.lists;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of a list as it was written.
 *
 * @param line the line of a file on which it begins, or the number of the row in a result; from 1
 * @param cells without the white space around them; may be changed in place
 * @param flaw what is wrong with the row as such, without a full stop; null if nothing is
 * @param unended a file ends with it, without a line end
 * @param cellFlaws what is wrong with single cells, by their places from 0, without a full stop: there is no value in them
 */
record Row(long line, List<String> cells, @Nullable String flaw, boolean unended, Map<Integer, String> cellFlaws) {

    Row(long line, List<String> cells, @Nullable String flaw, boolean unended) {
        this(line, cells, flaw, unended, Map.of());
    }

    boolean isBlank() {
        return flaw == null && cellFlaws.isEmpty() && cells.stream().allMatch(String::isEmpty);
    }

    int length() {
        // empty cells take room, too
        return cells.size() + cells.stream().mapToInt(String::length).sum();
    }
}

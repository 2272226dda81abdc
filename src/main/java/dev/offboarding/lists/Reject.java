package dev.offboarding.lists;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row that was set aside.
 *
 * @param source the file's name, or {@code database}
 * @param line of the file, or row of the result; from 1
 * @param customerId if the row has a valid one
 * @param column the heading of the cell that is wrong; null if the row as a whole is
 * @param problem what is wrong, without a full stop
 * @param remedy sentences: how to correct it
 * @param cells everything the row held, in the order of its columns
 */
public record Reject(
        String source,
        long line,
        @Nullable UUID customerId,
        @Nullable String column,
        String problem,
        String remedy,
        Map<String, String> cells)
        implements RowVerdict {}

package dev.offboarding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One table, one room: what a table looks like is known in one package, and the others ask that. */
class TableRoomsTest {

    private static final Path HOUSE = Path.of("src/main/java/dev/offboarding");
    private static final Map<Path, String> TEXTS = texts();

    @ParameterizedTest
    @CsvSource({
        // table, room
        "chain_head, audit",
        "event, audit",
        "said_last, audit",
        "run, runs",
        "reservation, runs",
        "due_day_told, runs",
        "not_begun, runs",
        "run_case, cases",
        "run_listing, cases",
        "run_plan, cases",
        "run_case_row, cases",
        "offboarding_case, cases",
        "accepted_row, cases",
        "list_file, lists",
        "entry, lists",
        "reject, lists",
        "guarded_cell, lists",
        "taken_content, lists",
        "archived_list, lists",
        "last_result, lists",
        "told_once, run",
        "saved_plan, approvals",
        "saved_plan_customer, approvals",
        "approval, approvals",
        "approved_case, approvals",
        "intervention, interventions",
    })
    void aTableIsNamedInOneRoomOnly(String table, String room) {
        List<Path> files = filesThatName("offboarding." + table);

        assertThat(files)
                .as("files that name the table %s", table)
                .isNotEmpty()
                .allSatisfy(file -> assertThat(file).startsWith(HOUSE.resolve(room)));
    }

    private static List<Path> filesThatName(String table) {
        Pattern name = Pattern.compile("(?<!dev\\.)\\b" + Pattern.quote(table) + "\\b");
        return TEXTS.entrySet().stream()
                .filter(file -> file.getValue().contains(table))
                .filter(file -> name.matcher(file.getValue()).find())
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Map<Path, String> texts() {
        try (Stream<Path> files = Files.walk(HOUSE)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .collect(Collectors.toMap(file -> file, TableRoomsTest::text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

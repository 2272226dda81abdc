package dev.offboarding.lists;

import dev.offboarding.kit.CsvText;
import dev.offboarding.kit.Guid;
import dev.offboarding.kit.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says about each row of one list whether it is accepted, and if not, why and how to correct it. */
final class RowGate {
    private static final int LETTERS = 26;
    private static final UUID NOBODY = new UUID(0, 0);
    private static final Pattern NUMBER_IN_PLACE_OF_ID =
            Pattern.compile("[0-9]([.,][0-9]{1,20})?E\\+?[0-9]{1,3}", Pattern.CASE_INSENSITIVE);

    /** A spreadsheet writes dates in its own way into a CSV file. */
    private static final String AS_A_WORKBOOK =
            " If a spreadsheet has written it so, save the list as a workbook (.xlsx) instead: there a date is a date.";

    private static final String WITHOUT_APOSTROPHE = "Remove the ' before it.";

    private record Flaw(@Nullable String column, String problem, String remedy) {}

    private final String source;
    private final Headings headings;
    private final Set<Identifier> identity;
    private final Dates dates;
    private final boolean namesCells;
    private final MessageDigest sha256 = Sha256.begin();

    /** @param identity an entry has to carry at least one of these; empty: none is required */
    RowGate(String source, Headings headings, Set<Identifier> identity, Dates dates) {
        this(source, headings, identity, dates, false);
    }

    /** @param namesCells whether people know a cell by a name such as C14 */
    RowGate(String source, Headings headings, Set<Identifier> identity, Dates dates, boolean namesCells) {
        this.namesCells = namesCells;
        this.dates = dates;
        this.source = source;
        this.headings = headings;
        this.identity = identity;
    }

    RowVerdict check(Row row) {
        ListRefusedException refusal = headings.refusal();
        if (refusal != null) {
            Flaw flaw = new Flaw(null, Staging.FILE_REFUSED + refusal.problem(), refusal.remedy());
            return reject(row, null, List.of(flaw));
        }
        List<Flaw> flaws = new ArrayList<>();
        if (row.flaw() != null) {
            flaws.add(new Flaw(
                    null,
                    row.flaw(),
                    "Put quotes (\") around the whole cell, and write a quote that is part of it twice (\"\")."));
        } else if (headings.goBeyond(row)) {
            flaws.add(
                    new Flaw(
                            null,
                            "the row has more cells (%d) than there are headings (%d)"
                                    .formatted(row.cells().size(), headings.count()),
                            namesCells
                                    ? "Remove what is beyond the last heading, or put a heading above it."
                                    : "Remove the surplus cell, or put quotes (\") around a cell that has the delimiter in it."));
        }
        row.cellFlaws().forEach((index, problem) -> {
            String heading = headings.understoodAt(index);
            if (heading != null) {
                flaws.add(
                        new Flaw(
                                heading,
                                named(row, index) + problem,
                                "Open the list in Excel or LibreOffice, correct the formula or write the value in place of it, and save it again."));
            }
        });
        String missing = headings.brokenOffBefore(row);
        if (missing != null) {
            flaws.add(
                    new Flaw(
                            missing,
                            "the file may have been cut off here: its last row has no line end, and nothing under %s"
                                    .formatted(Whitespace.quote(missing)),
                            "If something is missing put the whole file in again; if the row is complete end it with a line end."));
        }
        UUID customerId = customerId(row, flaws);
        requireIdentifier(row, flaws);
        LocalDate effectiveDate = effectiveDate(row, flaws);
        if (customerId == null || !flaws.isEmpty()) {
            return reject(row, customerId, flaws);
        }
        Map<Column, String> cells = cells(row, effectiveDate);
        return new Entry(row.line(), customerId, cells, headings.others(row), contents(customerId, cells));
    }

    private Reject reject(Row row, @Nullable UUID customerId, List<Flaw> flaws) {
        return new Reject(
                source,
                row.line(),
                customerId,
                flaws.get(0).column(),
                flaws.stream().map(Flaw::problem).collect(Collectors.joining("; ")),
                flaws.stream().map(Flaw::remedy).distinct().collect(Collectors.joining(" ")),
                headings.cells(row));
    }

    private String named(Row row, Column column) {
        Integer index = headings.index(column);
        return index == null ? "" : named(row, index);
    }

    /** What is said before what is wrong with a cell, where cells have names. */
    private String named(Row row, int index) {
        return namesCells ? cellName(row.line(), index) + ": " : "";
    }

    /** As a spreadsheet calls it. */
    static String cellName(long line, int index) {
        StringBuilder letters = new StringBuilder();
        for (int rest = index + 1; rest > 0; rest = (rest - 1) / LETTERS) {
            letters.insert(0, (char) ('A' + (rest - 1) % LETTERS));
        }
        return letters.append(line).toString();
    }

    private @Nullable UUID customerId(Row row, List<Flaw> flaws) {
        String cell = headings.cell(row, Column.CUSTOMER_ID);
        Integer index = headings.index(Column.CUSTOMER_ID);
        if (index != null && row.cellFlaws().containsKey(index)) {
            return null;
        }
        String heading = headings.heading(Column.CUSTOMER_ID);
        if (cell.isEmpty()) {
            flaws.add(new Flaw(
                    heading,
                    named(row, Column.CUSTOMER_ID) + "the customer's id is missing",
                    "Put the customer's Microsoft ID here."));
            return null;
        }
        UUID id = Guid.of(cell);
        if (id == null && NUMBER_IN_PLACE_OF_ID.matcher(cell).matches()) {
            flaws.add(
                    new Flaw(
                            heading,
                            named(row, Column.CUSTOMER_ID)
                                    + Whitespace.quote(cell)
                                    + " is what a spreadsheet has made of an id, and most of its digits are lost",
                            "Put the customer's Microsoft ID here again, with its dashes: xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx."));
            return null;
        }
        if (id == null || id.equals(NOBODY)) {
            flaws.add(
                    new Flaw(
                            heading,
                            named(row, Column.CUSTOMER_ID)
                                    + Whitespace.quote(cell)
                                    + (id == null ? " is not a GUID" : " is nobody's id"),
                            isGuarded(cell, Guid.of(CsvText.withoutApostrophes(cell)))
                                    ? WITHOUT_APOSTROPHE
                                    : "Put the customer's Microsoft ID here, 32 digits 0-9 and a-f as xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx, and nothing beside it."));
            return null;
        }
        return id;
    }

    private void requireIdentifier(Row row, List<Flaw> flaws) {
        List<Column> columns = identity.stream()
                .sorted()
                .map(identifier -> identifier == Identifier.DOMAIN ? Column.DOMAIN : Column.COMPANY_NAME)
                .toList();
        if (columns.isEmpty()
                || columns.stream()
                        .anyMatch(column -> !headings.cell(row, column).isEmpty())) {
            return;
        }
        Column first = columns.stream().filter(headings::has).findFirst().orElse(columns.get(0));
        String names = columns.stream().map(headings::heading).collect(Collectors.joining(" or "));
        flaws.add(new Flaw(
                headings.heading(first),
                named(row, first) + "nothing beside the id says which customer is meant",
                "Fill in %s as the platform has it.".formatted(names)));
    }

    private @Nullable LocalDate effectiveDate(Row row, List<Flaw> flaws) {
        String cell = headings.cell(row, Column.EFFECTIVE_DATE);
        if (cell.isEmpty()) {
            return null;
        }
        LocalDate date = dates.parse(cell);
        if (date == null) {
            flaws.add(new Flaw(
                    headings.heading(Column.EFFECTIVE_DATE),
                    named(row, Column.EFFECTIVE_DATE) + Whitespace.quote(cell) + " is not a date",
                    isGuarded(cell, dates.parse(CsvText.withoutApostrophes(cell)))
                            ? WITHOUT_APOSTROPHE
                            : dates.remedy() + (mayBeASpreadsheets(cell) ? AS_A_WORKBOOK : "")));
        }
        return date;
    }

    private boolean ofAFile() {
        return !source.equals(ListedRow.OF_A_DATABASE);
    }

    /** Of a file that a spreadsheet may have written, and that is not a workbook. */
    private boolean mayBeASpreadsheets(String cell) {
        return !namesCells && ofAFile() && dates.look(cell) != null;
    }

    /** Is all that is wrong with it the apostrophe before it, as this program writes one into files of rejects and results? */
    private static boolean isGuarded(String cell, @Nullable Object value) {
        return value != null && cell.startsWith("'");
    }

    private Map<Column, String> cells(Row row, @Nullable LocalDate effectiveDate) {
        Map<Column, String> cells = new EnumMap<>(Column.class);
        for (Column column : Column.values()) {
            String cell =
                    column == Column.EFFECTIVE_DATE ? Objects.toString(effectiveDate, "") : headings.cell(row, column);
            if (column != Column.CUSTOMER_ID && !cell.isEmpty()) {
                cells.put(column, cell);
            }
        }
        return cells;
    }

    /** The order of columns, their spelling, blank cells, and what is only carried through make no difference. */
    private String contents(UUID customerId, Map<Column, String> cells) {
        says(Column.CUSTOMER_ID, customerId.toString());
        boolean inAFile = ofAFile();
        cells.forEach((column, written) -> {
            // as the row that was accepted last is compared with it
            String cell = inAFile ? CsvText.withoutApostrophes(written).replace("\r", "") : written;
            says(
                    column,
                    switch (column) {
                        case COMPANY_NAME -> CanonicalValue.companyName(cell);
                        case DOMAIN -> CanonicalValue.domain(cell);
                        default -> cell;
                    });
        });
        return Sha256.hex(sha256.digest());
    }

    private void says(Column column, String said) {
        if (!said.isEmpty()) {
            sha256.update(column.label().getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) 0);
            sha256.update(said.getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) 0);
        }
    }
}

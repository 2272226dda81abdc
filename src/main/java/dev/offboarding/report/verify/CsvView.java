package dev.offboarding.report.verify;

import dev.offboarding.kit.CsvText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A CSV file of a report that has to say, row by row and cell by cell, what an array of {@code report.json} says. */
final class CsvView {
    private final CsvTable csv;
    private final Place firstLine;
    private final List<String> columns;
    private final List<String> leftOut = new ArrayList<>();
    private final boolean asTheyWere;
    private final List<String> headings;
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Column> others = new HashMap<>();

    /** A column of the lists' own. */
    private record Column(String heading, int index) {}

    /**
     * @param columns the first of the file
     * @param asTheyWere whether the lists' own cells keep their line breaks
     */
    CsvView(CsvTable csv, List<String> columns, boolean asTheyWere) {
        this(csv, columns, List.of(), asTheyWere);
    }

    /** @param ifAny follow in this order, each where the file has it; what is left out is empty in every row */
    CsvView(CsvTable csv, List<String> columns, List<String> ifAny, boolean asTheyWere) {
        this.csv = csv;
        this.columns = new ArrayList<>(columns);
        this.asTheyWere = asTheyWere;
        List<String> row = csv.row();
        this.headings = row == null ? List.of() : row;
        this.firstLine = csv.place();
        for (int i = 0; i < columns.size(); i++) {
            heading(i, columns.get(i));
            taken.add(alike(columns.get(i)));
        }
        for (String column : ifAny) {
            int next = this.columns.size();
            boolean there = next < headings.size() && headings.get(next).equals(column);
            (there ? this.columns : leftOut).add(column);
            taken.add(alike(column));
        }
    }

    /**
     * Reads the next row, and compares it with what the record says.
     *
     * @param own the lists' own cells by column
     */
    void next(JsonNode row, JsonNode own) {
        List<String> cells = csv.row();
        if (cells == null) {
            throw csv.place().off("the rows", "one more, as report.json has", "the end of the file");
        }
        csv.place().same("number of cells", headings.size(), cells.size());
        for (int i = 0; i < columns.size(); i++) {
            same(columns.get(i), cell(row.path(columns.get(i)), false), cells.get(i));
        }
        leftOut.forEach(column -> same(column, cell(row.path(column), false), ""));
        int filled = 0;
        for (var one : own.properties()) {
            Column column = column(one.getKey());
            String cell = cells.get(column.index());
            same(column.heading(), cell(one.getValue(), asTheyWere), cell);
            filled += cell.isEmpty() ? 0 : 1;
        }
        for (int i = columns.size(); i < cells.size(); i++) {
            filled -= cells.get(i).isEmpty() ? 0 : 1;
        }
        csv.place().holds(filled == 0, "cells of other columns", "those that the row has", "more");
    }

    /** After the last row of the record. */
    void end() {
        List<String> more = csv.row();
        csv.place().holds(more == null, "the rows", "no more than report.json has", "one more");
        firstLine.same("number of columns", columns.size() + others.size(), headings.size());
    }

    /** Of a column of the lists' own. */
    String headingOf(String name) {
        return column(name).heading();
    }

    /** The lists' own columns are in the order in which rows first have them. */
    private Column column(String name) {
        Column known = others.get(name);
        if (known != null) {
            return known;
        }
        String heading = name;
        while (!taken.add(alike(heading))) {
            heading = "list_" + heading;
        }
        int index = columns.size() + others.size();
        String guarded = CsvText.guarded(heading);
        heading(index, asTheyWere ? guarded : CsvText.visible(guarded));
        Column column = new Column(heading, index);
        others.put(name, column);
        return column;
    }

    private void heading(int index, String expected) {
        String found = index < headings.size() ? headings.get(index) : null;
        firstLine.same("heading " + (index + 1), expected, found);
    }

    private void same(String column, String expected, String found) {
        if (!expected.equals(found)) {
            csv.place().same(column, expected, found);
        }
    }

    private static String cell(JsonNode value, boolean asItWas) {
        String text = StrictJson.text(value);
        if (text == null) {
            return "";
        }
        if (value.isNumber()) {
            return text;
        }
        return asItWas ? CsvText.guarded(text) : CsvText.visible(CsvText.guarded(text));
    }

    private static String alike(String name) {
        return name.strip().toLowerCase(Locale.ROOT).replace(' ', '_').replace('-', '_');
    }
}

package dev.offboarding.lists;

import dev.offboarding.kit.CsvWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Lists to be filled in, with one row as an example: of nobody's id, so that it does no harm where it is forgotten. */
public final class ListTemplate {
    private static final String NOBODY = "00000000-0000-0000-0000-000000000000";
    private static final LocalDate EXAMPLE_DATE = LocalDate.of(2031, 1, 31);
    private static final LocalDate DAY_NONE_OF_WORKBOOKS = LocalDate.of(1899, 12, 30);

    private static final Map<Column, String> EXAMPLE = example();

    private static final String XML = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    private static final String MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private static final String RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private static final String PACKAGE = "http://schemas.openxmlformats.org/package/2006";

    /** Places of formats in the workbook's styles. */
    private static final int HEADING = 1;

    private static final int TEXT = 2;
    private static final int DATE = 3;

    private ListTemplate() {}

    private static Map<Column, String> example() {
        Map<Column, String> example = new LinkedHashMap<>();
        example.put(Column.CUSTOMER_ID, NOBODY);
        example.put(Column.COMPANY_NAME, "Example Ltd");
        example.put(Column.DOMAIN, "customer.example");
        example.put(Column.EFFECTIVE_DATE, EXAMPLE_DATE.toString());
        example.put(Column.REASON, "an example: replace this row");
        example.put(Column.TICKET, "OPS-1");
        example.put(Column.REQUESTED_BY, "you");
        return example;
    }

    /** As CSV that a spreadsheet opens well. */
    public static byte[] csv() {
        return csv(List.of(EXAMPLE.keySet().stream().map(Column::label).toList(), List.copyOf(EXAMPLE.values())));
    }

    /** A list of customers that are never touched, as CSV; it is not valid until the example is replaced. */
    public static byte[] protectedCustomers() {
        return csv(List.of(
                List.of(Column.CUSTOMER_ID.label(), Column.COMPANY_NAME.label(), "why"),
                List.of(NOBODY, "Example Ltd", "an example: replace this row, for instance with your own tenant")));
    }

    private static byte[] csv(List<List<String>> rows) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CsvWriter csv = new CsvWriter(bytes)) {
            rows.forEach(csv::row);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * As an Excel workbook: ids and tickets are text whatever is typed, dates are dates, and shown so that a list takes them also where it is
     * saved as CSV, in whatever language.
     */
    public static byte[] workbook() {
        StringBuilder columns = new StringBuilder();
        StringBuilder headings = new StringBuilder();
        StringBuilder cells = new StringBuilder();
        int number = 0;
        for (Map.Entry<Column, String> column : EXAMPLE.entrySet()) {
            String name = String.valueOf((char) ('A' + number));
            number++;
            boolean date = column.getKey() == Column.EFFECTIVE_DATE;
            columns.append("<col min=\"%1$d\" max=\"%1$d\" width=\"%2$d\" style=\"%3$d\" customWidth=\"1\"/>"
                    .formatted(number, column.getKey() == Column.CUSTOMER_ID ? 40 : 22, date ? DATE : TEXT));
            headings.append(text(name + 1, HEADING, column.getKey().label()));
            cells.append(
                    date
                            ? "<c r=\"%s2\" s=\"%d\"><v>%d</v></c>"
                                    .formatted(name, DATE, ChronoUnit.DAYS.between(DAY_NONE_OF_WORKBOOKS, EXAMPLE_DATE))
                            : text(name + 2, TEXT, column.getValue()));
        }
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("[Content_Types].xml", """
                <Types xmlns="%s/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
                <Default Extension="xml" ContentType="application/xml"/>\
                <Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>\
                <Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>\
                <Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>""".formatted(PACKAGE));
        parts.put("_rels/.rels", """
                <Relationships xmlns="%s/relationships"><Relationship Id="rId1" Type="%s/officeDocument" Target="xl/workbook.xml"/></Relationships>""".formatted(PACKAGE, RELATIONS));
        parts.put("xl/workbook.xml", """
                <workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="To offboard" sheetId="1" r:id="rId1"/></sheets></workbook>""".formatted(MAIN, RELATIONS));
        parts.put("xl/_rels/workbook.xml.rels", """
                <Relationships xmlns="%1$s/relationships"><Relationship Id="rId1" Type="%2$s/worksheet" Target="worksheets/sheet1.xml"/>\
                <Relationship Id="rId2" Type="%2$s/styles" Target="styles.xml"/></Relationships>""".formatted(PACKAGE, RELATIONS));
        parts.put("xl/styles.xml", """
                <styleSheet xmlns="%s"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>\
                <font><b/><sz val="11"/><name val="Calibri"/></font></fonts>\
                <fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>\
                <borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
                <cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
                <cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
                <xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>\
                <xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
                <xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>\
                <cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>""".formatted(MAIN));
        parts.put("xl/worksheets/sheet1.xml", """
                <worksheet xmlns="%s"><cols>%s</cols><sheetData><row r="1">%s</row><row r="2">%s</row></sheetData></worksheet>""".formatted(MAIN, columns, headings, cells));
        return zip(parts);
    }

    private static String text(String cell, int format, String text) {
        return "<c r=\"%s\" s=\"%d\" t=\"inlineStr\"><is><t>%s</t></is></c>".formatted(cell, format, text);
    }

    private static byte[] zip(Map<String, String> parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> part : parts.entrySet()) {
                zip.putNextEntry(new ZipEntry(part.getKey()));
                zip.write((XML + part.getValue()).getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}

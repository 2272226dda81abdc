package dev.offboarding.lists;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A workbook as Excel writes it, part by part, so that a test can change any of them. */
public final class Workbook {
    private static final String XML = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    private static final String MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private static final String RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    /** The places of the formats in {@code xl/styles.xml}. */
    public static final int DATE = 1;

    static final int DATE_AND_TIME = 2;
    static final int GERMAN_DATE = 3;
    static final int MONEY = 4;
    static final int FIVE_DIGITS = 5;

    private final Map<String, String> parts = new LinkedHashMap<>();
    private final StringBuilder shared = new StringBuilder();
    private final StringBuilder rows = new StringBuilder();
    private int sharedCount;
    private int line;

    public Workbook() {
        parts.put("[Content_Types].xml", XML + """
                <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
                <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
                <Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>\
                </Types>""");
        parts.put("_rels/.rels", XML + """
                <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">\
                <Relationship Id="rId1" Type="%s/officeDocument" Target="xl/workbook.xml"/></Relationships>""".formatted(RELATIONS));
        parts.put("xl/workbook.xml", XML + """
                <workbook xmlns="%s" xmlns:r="%s"><workbookPr/><sheets>\
                <sheet name="To offboard" sheetId="1" r:id="rId1"/><sheet name="Notes" sheetId="2" r:id="rId2"/>\
                </sheets></workbook>""".formatted(MAIN, RELATIONS));
        parts.put("xl/_rels/workbook.xml.rels", XML + """
                <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">\
                <Relationship Id="rId2" Type="%1$s/worksheet" Target="worksheets/sheet2.xml"/>\
                <Relationship Id="rId1" Type="%1$s/worksheet" Target="worksheets/sheet1.xml"/>\
                <Relationship Id="rId3" Type="%1$s/styles" Target="styles.xml"/>\
                <Relationship Id="rId4" Type="%1$s/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>""".formatted(RELATIONS));
        parts.put("xl/styles.xml", XML + """
                <styleSheet xmlns="%s"><numFmts count="3"><numFmt numFmtId="164" formatCode="[$-407]d/\\ mmmm\\ yyyy;@"/>\
                <numFmt numFmtId="165" formatCode="#,##0.00\\ &quot;days&quot;"/><numFmt numFmtId="166" formatCode="00000"/></numFmts>\
                <cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs>\
                <cellXfs count="6"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="165"/>\
                <xf numFmtId="166"/></cellXfs></styleSheet>""".formatted(MAIN));
        parts.put("xl/worksheets/sheet2.xml", XML + "<worksheet xmlns=\"%s\"><sheetData/></worksheet>".formatted(MAIN));
    }

    /** The next row: texts, numbers, dates, and whatever {@link #cell} says. */
    public Workbook row(Object... cells) {
        return put("", cells);
    }

    Workbook hiddenRow(Object... cells) {
        return put(" hidden=\"1\"", cells);
    }

    private Workbook put(String attributes, Object... cells) {
        line++;
        rows.append("<row r=\"%d\"%s>".formatted(line, attributes));
        for (int i = 0; i < cells.length; i++) {
            String name = (char) ('A' + i) + Integer.toString(line);
            Object cell = cells[i];
            if (cell instanceof Cell own) {
                rows.append("<c r=\"%s\"%s>%s</c>".formatted(name, own.attributes(), own.contents()));
            } else if (cell instanceof LocalDate date) {
                rows.append(cell(DATE, Long.toString(serial(date))).in(name));
            } else if (cell instanceof Number number) {
                rows.append(cell(0, number.toString()).in(name));
            } else if (!cell.toString().isEmpty()) {
                shared.append("<si><t xml:space=\"preserve\">")
                        .append(escaped(cell.toString()))
                        .append("</t></si>");
                rows.append("<c r=\"%s\" t=\"s\"><v>%d</v></c>".formatted(name, sharedCount));
                sharedCount++;
            }
        }
        rows.append("</row>");
        return this;
    }

    Workbook blankRows(int count) {
        line += count;
        return this;
    }

    record Cell(String attributes, String contents) {
        String in(String name) {
            return "<c r=\"%s\"%s>%s</c>".formatted(name, attributes, contents);
        }
    }

    static Cell cell(int format, String value) {
        return new Cell(" s=\"%d\"".formatted(format), "<v>%s</v>".formatted(value));
    }

    static Cell typed(String type, String contents) {
        return new Cell(" t=\"%s\"".formatted(type), contents);
    }

    static long serial(LocalDate date) {
        return ChronoUnit.DAYS.between(LocalDate.of(1899, 12, 30), date);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    /** Changes a part; a new one where the change makes one of nothing, none where it makes nothing of it. */
    Workbook with(String part, UnaryOperator<String> change) {
        finish();
        String changed = change.apply(parts.getOrDefault(part, ""));
        if (changed.isEmpty()) {
            parts.remove(part);
        } else {
            parts.put(part, changed);
        }
        return this;
    }

    private void finish() {
        parts.putIfAbsent("xl/sharedStrings.xml", XML + "<sst xmlns=\"%s\">%s</sst>".formatted(MAIN, shared));
        parts.putIfAbsent(
                "xl/worksheets/sheet1.xml",
                XML
                        + "<worksheet xmlns=\"%s\"><sheetData>%s</sheetData><pageMargins/></worksheet>"
                                .formatted(MAIN, rows));
    }

    public byte[] bytes() {
        finish();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> part : parts.entrySet()) {
                zip.putNextEntry(new ZipEntry(part.getKey()));
                zip.write(part.getValue().getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}

package dev.offboarding.lists;

/** Keeps text from outside from being run as a formula by the spreadsheet that opens our CSV files. */
public final class CsvCells {
    /** What a formula, or what a spreadsheet takes for one, can begin with; the last four are the full-width forms. */
    static final String DANGEROUS = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";

    private static final char GUARD = '\'';

    private CsvCells() {}

    /** The cell with a {@code '} before it if a spreadsheet could take it for a formula, or else as it is. */
    public static String guard(String cell) {
        return !cell.isEmpty() && DANGEROUS.indexOf(cell.charAt(0)) >= 0 ? GUARD + cell : cell;
    }

    /** Could {@link #guard} have made this? */
    static boolean looksGuarded(String cell) {
        return cell.length() > 1 && cell.charAt(0) == GUARD && DANGEROUS.indexOf(cell.charAt(1)) >= 0;
    }

    static String unguard(String cell) {
        return cell.substring(1);
    }
}

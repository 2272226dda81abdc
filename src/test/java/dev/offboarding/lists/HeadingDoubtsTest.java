package dev.offboarding.lists;

import static dev.offboarding.lists.Nights.id;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A date under a heading that was not understood was carried through as a note, and its customer removed that night: incident 32. */
class HeadingDoubtsTest {
    @TempDir
    Path folder;

    private Nights nights;

    @BeforeEach
    void anInbox() {
        nights = new Nights(folder);
    }

    /** Two rows with these cells under one more heading. */
    private Reception.File list(String heading, String... cells) {
        StringBuilder list = new StringBuilder("customer_id;domain;\"%s\"\n".formatted(heading));
        for (int n = 0; n < cells.length; n++) {
            list.append("%s;company%d.example;%s\n".formatted(id(n + 1), n + 1, cells[n]));
        }
        nights.drop("a.csv", list.toString());
        return nights.receive().files().get(0);
    }

    private void refused(Reception.File file, String... said) {
        assertThat(file.status()).isEqualTo(FileStatus.REFUSED);
        assertThat(file.reason()).contains(said).contains("note_");
        assertThat(file.rejected()).isEqualTo(file.read());
        assertThat(nights.accepted()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "efective_date, effective_date",
        "effectiv-dat, effective_date",
        "Effective_Dta, effective_date",
        "due_dat, effective_date",
        "duedate, effective_date",
        "customer_ids, customer_id",
        "CustomerID, customer_id",
        "Microsft ID, customer_id",
        "Tenant-IDs, customer_id",
        "doamin, domain",
        "domaine, domain",
        "Primary domian name, domain",
        "compny_nmae, company_name",
        "Costumer name, company_name"
    })
    void aMisspeltHeadingIsNotANote(String heading, String meant) {
        refused(list(heading, "x", ""), "'" + heading + "'", "is nearly " + meant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "End date",
                "EndDate",
                "contract_end",
                "Deadline",
                "Expires",
                "cancellation",
                "Kündigung zum",
                "KUENDIGUNG",
                "Ku\u0308ndigung",
                "Vertragsende",
                "Frist",
                "Échéance",
                "résiliation",
                "Date de fin",
                "Fecha de vencimiento",
                "Cancelación",
                "Scadenza contratto",
                "Disdetta",
                "Einde contract",
                "opzegging",
                "Término",
                "Rescisão",
                "Stop",
                "Schluss",
                "Arrêt",
                "Chiusura",
                "Validade",
                // only like our own columns
                "list_end_date",
                "List end date",
                "reject_deadline"
            })
    void aWordForAnEndIsNotANoteWhateverStandsBelow(String heading) {
        refused(list(heading, "soon", ""), "'" + heading + "'", "effective_date");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Weekend notes",
                "vendor",
                "Trend",
                "Legend",
                "Update",
                "Candidate",
                "End customer",
                "End-user count",
                "Relationship",
                "Tags",
                "Account Manager",
                "Customer",
                "Tenant",
                "Wochenende",
                "Define",
                "Financial contact",
                "Calendar",
                "Bistro",
                "note_End date",
                "Note end",
                "list_message",
                "list_Hold until",
                "list_list_state",
                "reject_line",
                "hold_until",
                "removed_at"
            })
    void aWordThatOnlySoundsLikeItIsANote(String heading) {
        if (heading.equals("Note end")) {
            // note_ in front, however that is written
            heading = "Note-end";
        }
        assertThat(list(heading, "soon", "").status()).isEqualTo(FileStatus.TAKEN);
        assertThat(nights.accepted()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "Start date, 2020-01-31",
        "Letzter Tag, 31.1.2020",
        "Rechnungsdatum, 31.01.2020",
        "jour, 31/01/2020",
        "Fecha, 2020-01-31 10:15:00",
        "data, 1/31/2020",
        "dag, 2020-01-31T10:15:00Z",
        "valid until, 2020-01-31",
        // as a spreadsheet shortens them, and in words
        "Termin, 31.12.26",
        "Datum, 1.2.20",
        "Date, 12/31/26",
        "bis, 31-12-26",
        "Due by, 31-Dec-2026",
        "Letzter Tag, 31. Dezember 2026",
        "Date, 'Thursday, December 31, 2026'",
        "Date, Dec 31 2026",
        "jour, 31 décembre 2026",
        "Fecha, 31 de diciembre de 2026",
        "data, 1º febbraio 2027",
        "dag, do. 31 dec. 2026",
        "dia, 31 dez 26",
        "Datum, 31. März 2026 10:15",
        "Datum, 20261231",
        // beside the time, the day of the week, or a word
        "Date, '12/31/2026, 11:59 PM'",
        "Datum, '31.12.2026, 18:00 Uhr'",
        "jour, 31/12/2026 à 18h00",
        "Date, 'Wednesday, September 30, 2026 12:00:00 AM'",
        "Termin, 'Do, 31.12.2026'",
        "Date, Thu 12/31/2026",
        "Datum, 31.12.2026 (Do)",
        "Datum, '''31.12.2026'",
        "Datum, '=\"31.12.2026\"'",
        "Datum, zum 31.12.2026",
        "Date, not before 2026-12-31",
        // otherwise apart
        "Datum, 31. 12. 2026",
        "Date, 2026-Dec-31",
        "Date, 31st of December 2026",
        "Date, 2026\u201112\u201131",
        // without a year, or a day
        "Termin, 31.12.",
        "jour, 31/12",
        "Date, 31 Dec",
        "Due, Dec 31st",
        "Datum, Dezember 2026",
        "Date, 12/2026",
        "Date, 2026-12"
    })
    void aWordForADayAndADateBelow(String heading, String date) {
        refused(list(heading, "x", "y", date), "'" + heading + "'", "a date is below");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Day", "Datum", "Data", "Date"})
    void aWordForADayWithoutADateBelowIsANote(String heading) {
        assertThat(list(heading, "Monday", "7", "", "24/7", "12.10", "on 3 servers", "2031")
                        .status())
                .isEqualTo(FileStatus.TAKEN);
    }

    @ParameterizedTest
    @CsvSource({
        "Price per seat, 7.2000, 5.1900, 12.2031",
        "Data usage GB, 1.2048, 03.2030, 17.5000",
        "Licences per user, 10/12, 3/40, 24/7",
        "Date, 13.2026, 00/12, 2026-13"
    })
    void numbersThatLookLikeAMonthAreANote(String heading, String one, String two, String three) {
        assertThat(list(heading, one, two, three).status()).isEqualTo(FileStatus.TAKEN);
    }

    @Test
    void whereMostOfThemLookLikeAMonthTheyAreNoNumbers() {
        refused(list("Data", "12/2026", "01/2027", "x"), "'Data'", "a date is below");
    }

    /** Tonight is 2026-03-29, in the job's zone. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-03-30",
                "30.3.2026",
                "30/03/2026",
                "3/30/2026",
                "2026-03-30 00:00:00",
                "30.03.26",
                "3/30/26",
                "30-Mar-2026",
                "30. März 2026",
                "March 30, 2026",
                "3/30/2026 12:00:00 AM",
                "Mo 30.03.2026",
                "ab 30.03.2026",
                "30. 3. 2026"
            })
    void datesOfWhichOneLiesAheadAreNotANoteWhateverTheyAreCalled(String ahead) {
        refused(list("Ablösen", "", "2020-01-31", "x", ahead), "'Ablösen'", "one is still ahead");
    }

    @Test
    void datesThatAreOverAndTimesAndAFewDatesAreANote() {
        assertThat(list("Ablösen", "2020-01-31", "2026-03-28").status()).isEqualTo(FileStatus.TAKEN);
        assertThat(list("Ablösen", "2031-01-31 10:15:00", "2031-01-31 10:15:00").status())
                .isEqualTo(FileStatus.TAKEN);
        assertThat(list("Ablösen", "2031-01-31", "x", "y").status()).isEqualTo(FileStatus.TAKEN);
        assertThat(list("Ablösen", "1.10.2031.4", "2031").status()).isEqualTo(FileStatus.TAKEN);
        assertThat(list("Ablösen", "12/2031", "2031-12", "Dec 2031").status()).isEqualTo(FileStatus.TAKEN);
        assertThat(list("Ablösen", "1/31/2031, 12:00 PM").status()).isEqualTo(FileStatus.TAKEN);
    }

    /** Each of them, read another way, would lie ahead. */
    @Test
    void shortDatesThatAreOverAreANote() {
        assertThat(list("Kunde seit", "28.03.24", "31.12.99", "27-03-24").status())
                .isEqualTo(FileStatus.TAKEN);
    }

    /** What is no date above which a word for a day stands may be anything. */
    @Test
    void versionsAndNumbersAreANote() {
        assertThat(list("Version", "4.8.36", "10.1.27").status()).isEqualTo(FileStatus.TAKEN);
        assertThat(list("Invoice", "20311105", "20311206").status()).isEqualTo(FileStatus.TAKEN);
        assertThat(list("Size", "31 max 2031", "12 Decibel 2031").status()).isEqualTo(FileStatus.TAKEN);
    }

    /** Its own names are written in one way. */
    @ParameterizedTest
    @ValueSource(strings = {"Hold until", "Removed at", "HOLD_UNTIL", "Opened at", "Result due date"})
    void whatOnlyReadsLikeAColumnOfOursMayBeMeant(String heading) {
        refused(list(heading, "2031-01-31", "2031-01-31"), "'" + heading + "'", "effective_date");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hold_until", "removed_at", "hold_since", "closed_at"})
    void aColumnOfOursIsANoteWhateverStandsBelow(String heading) {
        assertThat(list(heading, "2031-01-31", "2031-01-31").status()).isEqualTo(FileStatus.TAKEN);
    }

    /** Of {@code cases --csv}: its guards made of each name that begins like a formula another one. */
    @Test
    void theListOfCasesIsAListWithoutItsGuards() {
        nights.drop(
                "cases.csv",
                "customer_id,company_name,domain,source,line,ticket,state,hold_reason,hold_since,hold_until,message,opened_at,closed_at,closed_as,effective_date\n"
                        + "%s,'-Minus GmbH,,list.csv,2,'=1+1,MARKED,NOT_DUE,2026-03-10T02:30:00Z,2031-01-31,waits,2026-03-10T02:30:00Z,,,2031-01-31\n"
                                .formatted(id(1)));

        assertThat(nights.receive().files().get(0).status()).isEqualTo(FileStatus.TAKEN);
        assertThat(nights.jdbc.queryForMap(
                        "select company_name, ticket, effective_date::text from offboarding.entry where run_id = ?",
                        nights.runId))
                .containsEntry("company_name", "-Minus GmbH")
                .containsEntry("ticket", "=1+1")
                .containsEntry("effective_date", "2031-01-31");
    }

    @Test
    void theJobsOwnFormatIsADateToo() {
        nights.settings = new ListSettings(nights.settings.csv(), null, "d MMM yyyy");

        refused(list("Ablösen", "3 Dec 2031"), "one is still ahead");
    }

    @Test
    void everyDoubtIsSaidAtOnceAndWhatIsThereAlreadyIsNotAdvised() {
        nights.drop(
                "a.csv", "customer_id,domain,effective_date,End date,Tenant ids\n%s,a.example,,,\n".formatted(id(1)));

        refused(nights.receive().files().get(0), "'End date'", "'Tenant ids'", "Remove 'End date'", "note_end_date");
    }

    @Test
    void partnerCentersOwnExportIsAList() {
        nights.drop(
                "a.csv",
                "Microsoft ID,Company name,Primary domain name,Relationship,Tags\n%s,Company 1,company1.example,Cloud Reseller,\n"
                        .formatted(id(1)));

        Reception.File file = nights.receive().files().get(0);

        assertThat(file.status()).isEqualTo(FileStatus.TAKEN);
        assertThat(nights.jdbc.queryForMap(
                        "select columns_understood::text as u, columns_carried::text as c from offboarding.list_file where run_id = ?",
                        nights.runId))
                .satisfies(columns -> assertThat(String.valueOf(columns.get("u")))
                        .contains("Microsoft ID", "customer_id", "Primary domain name", "domain"))
                .containsEntry("c", "[\"Relationship\",\"Tags\"]");
    }

    @Test
    void aQueryIsAListToo() {
        for (String query : List.of(
                "select '%s' as customer_id, 'a.example' as domain, date '2031-01-31' as ends",
                "select '%s' as customer_id, 'a.example' as domain, date '2031-01-31' as whenever",
                "select '%s' as customer_id, 'a.example' as domain, null::date as efective_date",
                "select '%s' as customer_id, 'a.example' as domain, timestamptz '2020-01-31 10:00Z' as due_at")) {
            nights.settings = new ListSettings(
                    null, new ListSettings.Database(query.formatted(id(1)), null, null, null, null), null);
            refused(nights.receive().files().get(0), "effective_date");
        }
        nights.settings = new ListSettings(
                null,
                new ListSettings.Database(
                        "select '%s' as customer_id, 'a.example' as domain, now() as exported_at, null::date as done_at"
                                .formatted(id(1)),
                        null,
                        null,
                        null,
                        null),
                null);
        assertThat(nights.receive().accepted()).isEqualTo(1);
    }
}

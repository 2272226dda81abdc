package dev.offboarding.lists;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Words of headings that say when something is over, or that the column below holds days: in English, German, French, Spanish, Italian, Dutch
 * and Portuguese. Without accents: they are taken off before a word is looked up.
 */
final class HeadingWords {
    private static final Pattern CAMEL_CASE = Pattern.compile("(?<=\\p{Ll})(?=\\p{Lu})");
    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final Pattern NO_LETTER = Pattern.compile("[^\\p{L}]+");

    /** An end, a deadline, a cancellation. */
    private static final Set<String> ENDS = words(
            // English
            "end ends ended ending enddate deadline deadlines expiry expires expire expired expiring expiration terminate terminates terminated",
            "termination terminating cancel cancels cancelled canceled cancelling canceling cancellation cancellations cancelation closure",
            "discontinue discontinued discontinuation offboard offboarding offboarded stop stops stopped lapse lapses lapsed cutoff",
            // German
            "ende endet enden endend enddatum endtermin frist fristende fristablauf ablauf ablaufdatum ablauftermin auslauf auslaufdatum",
            "auslaufend befristet befristung stichtag kundigung kuendigung kundigungen kuendigungen gekundigt gekuendigt kundigungsdatum",
            "kuendigungsdatum kundigungstermin kuendigungstermin kundigungsfrist kuendigungsfrist kundigungstag kuendigungstag kundigen kuendigen",
            "vertragsende vertragsablauf laufzeitende aboende beendigung beendet beenden storno stornierung storniert stornieren stornodatum",
            "falligkeit faelligkeit falligkeitsdatum faelligkeitsdatum abmeldung abmeldedatum abschaltung abschaltdatum abschalttermin",
            "austritt austrittsdatum schluss auflosung aufloesung",
            // French
            "fin fins finit echeance echeances resiliation resiliations resilie resiliee resilier annulation annule annulee annuler",
            "expire expiree delai butoir preavis cloture cessation arret arrete fermeture rupture",
            // Spanish
            "finaliza finalizacion vencimiento vence caducidad caduca cancelacion cancelado cancelada cancelar baja plazo rescision anulacion",
            "anulado expiracion expira cese terminacion termina cierre",
            // Italian
            "fine scadenza scadenze scade scaduto disdetta disdette cancellazione annullamento annullato recesso cessazione termine termini",
            "terminazione chiusura rescissione disattivazione",
            // Dutch
            "einde eind eindigt eindigen einddatum eindtermijn opzegging opzeggingen opgezegd opzeggen opzegdatum opzegtermijn annulering",
            "geannuleerd annuleren vervaldatum vervalt verval verloopt verloopdatum afloop afloopdatum beeindiging beeindigd stopzetting",
            "contracteinde beeindigen sluiting stopdatum",
            // Portuguese
            "fim termino terminos prazo vencimento vence cancelamento cancelado rescisao encerramento expiracao anulacao caducidade",
            "validade fechamento");

    /** What follows an "end" that is the last of a chain, and not the end of something. */
    private static final Set<String> OF_A_CHAIN =
            words("customer customers user users client clients consumer consumers point points device devices");

    /** A day, a date, and what comes before one. */
    private static final Set<String> DAYS = words(
            "date dates day days due until till by startdate closedate",
            "datum daten tag tage termin termine tagen fallig faellig bis zum per",
            "jour jours limite jusqu avant terme",
            "fecha fechas dia dias limite hasta final",
            "data giorno giorni entro fino limite",
            "datum dag dagen termijn tot uiterlijk uiterste",
            "data datas dia dias ate termo final");

    /** Of these, what as often means something else: a price per seat, the usage of data. */
    private static final Set<String> OTHERWISE_TOO = words("per data final limite");

    /** What else stands before a day, in a cell: from, after, about. */
    private static final Set<String> BEFORE_A_DAY = words(
            "on from after before about not",
            "am ab vom vor nach ca etwa fruhestens fruehestens spatestens spaetestens",
            "le au du des apres",
            "el al desde antes despues",
            "il dal dopo prima",
            "op vanaf voor na",
            "em apos antes");

    private static final List<String> COMPOUNDS = List.of("datum", "termin", "stichtag");

    private HeadingWords() {}

    private static Set<String> words(String... lines) {
        return Set.copyOf(
                List.of(String.join(" ", lines).split(" ")).stream().distinct().toList());
    }

    /** A heading's words: lower case, without accents; {@code endDate} has two. */
    private static List<String> of(String heading) {
        String apart = CAMEL_CASE
                .matcher(Normalizer.normalize(heading, Normalizer.Form.NFC))
                .replaceAll(" ");
        return List.of(NO_LETTER.split(plain(apart).strip()));
    }

    static String plain(String text) {
        return MARKS.matcher(Normalizer.normalize(text, Normalizer.Form.NFKD))
                .replaceAll("")
                .toLowerCase(Locale.ROOT);
    }

    /** The word for an end, a deadline or a cancellation in a heading; null if there is none. */
    static @Nullable String end(String heading) {
        List<String> words = of(heading);
        for (int i = 0; i < words.size(); i++) {
            boolean chain = words.get(i).equals("end") && i + 1 < words.size() && OF_A_CHAIN.contains(words.get(i + 1));
            if (ENDS.contains(words.get(i)) && !chain) {
                return words.get(i);
            }
        }
        return null;
    }

    /** Is this a word that people put before a date: the day of the week, or until when? */
    static boolean leadsToADay(String word) {
        String plain = plain(word);
        return Months.isWeekday(plain) || DAYS.contains(plain) || BEFORE_A_DAY.contains(plain);
    }

    /** Is there a word for a day or a date in it? */
    static boolean day(String heading) {
        return of(heading).stream().anyMatch(HeadingWords::isDay);
    }

    /** The same, and it hardly means anything else? */
    static boolean clearlyDay(String heading) {
        return of(heading).stream().anyMatch(word -> isDay(word) && !OTHERWISE_TOO.contains(word));
    }

    private static boolean isDay(String word) {
        return DAYS.contains(word) || COMPOUNDS.stream().anyMatch(word::endsWith);
    }
}

package dev.offboarding.run.worlds;

import dev.offboarding.run.Scene;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What somebody else may have written into one column of the ledger, and what is to come of its customer. Ordinary customers have the numbers
 * 1 to 8, odd ones 11 and following.
 */
public final class OddLedger {

    public static final int FIRST_ODD = 11;

    /** What stands in the place of the five tables. */
    public enum Shape {
        /** The tables of this program. */
        TABLES,
        /** Views of tables without a key or a constraint: any column may be null, and any row be there twice. */
        VIEWS,
        /** Such views of tables in which dates and ids of parents are text. */
        VIEWS_OF_TEXT,
        /** Such views that themselves make dates of text, or fail to. */
        CASTING_VIEWS
    }

    /**
     * One change to one customer.
     *
     * @param outcome what is to become of the customer, with the reason of the hold; several where either is right
     */
    public record Odd(String what, String sql, Object[] parameters, List<String> outcome) {

        /** Where it comes after everything was suspended: what is active again, or there for the first time, is that before all else. */
        public List<String> later() {
            List<String> later = new ArrayList<>(outcome);
            if (sql.contains("'active'")) {
                later.add("HELD REACTIVATED");
            } else if (what.startsWith("two rows of a subscription")) {
                later.add(OFFBOARDED);
            }
            return later;
        }

        @Override
        public String toString() {
            return what + " -> " + String.join(" or ", outcome);
        }
    }

    private static final String OFFBOARDED = "OFFBOARDED";
    private static final String FAILED = "FAILED";
    private static final String UNKNOWN_STATUS = "HELD UNKNOWN_STATUS";
    private static final String TERM = "HELD TERM_COMMITMENT";
    private static final String MISMATCH = "HELD IDENTITY_MISMATCH";

    /** From before what PostgreSQL can say to after it. */
    private static final List<String> PAST = List.of(
            "-infinity", "4714-11-24 BC", "0001-12-31 BC", "0001-01-01", "0099-02-28", "1582-10-10", "1900-01-01");

    private static final List<String> NEVER =
            List.of("infinity", "9999-01-01", "9999-12-14", "9999-12-31", "10000-01-01", "294276-12-31", "12/31/99999");

    private static final List<String> SOME_DAY = List.of("9998-12-31", "2400-02-29", "2038-01-20");

    private static final List<String> NO_DATES =
            List.of("soon", "2026-02-30", "0000-00-00", "5874898-01-01", "20260310T", "1e400", "\u0001", "{}", "");

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "\t",
            "null",
            "NaN",
            "true",
            "0",
            "1e400",
            "infinity",
            "[]",
            "{\"id\": null}",
            "a\r\nb",
            "\u0001\u0007\u001b[2J",
            "\u0085\u2028\u2029",
            "\u202Egnp.exe",
            "\uFEFF",
            "\uFFFE\uFFFF",
            "=HYPERLINK(\"http://x.example\")",
            "@SUM(1)",
            "<script>alert(1)</script></table>-->",
            "'; drop table ledger.customer; --",
            "${x} %s %d \\u0000 \\",
            "\",\";|",
            "e" + "\u0301".repeat(2_000),
            "\uD83D\uDE00".repeat(301),
            "\u0130\u0131\u00DF\u1E9E",
            "x".repeat(1_000_000),
            "\uD83D\uDE00".repeat(250_000),
            "\"\n".repeat(500_000));

    private final Random random;
    private final Shape shape;

    public OddLedger(Random random, Shape shape) {
        this.random = random;
        this.shape = shape;
    }

    /** The n-th subscription of a customer. */
    public static UUID subscription(int customer, int n) {
        return UUID.nameUUIDFromBytes((customer + "/" + n).getBytes(StandardCharsets.UTF_8));
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private String text() {
        if (random.nextInt(3) > 0) {
            return one(TEXTS);
        }
        StringBuilder text = new StringBuilder();
        for (int left = 1 + random.nextInt(300); left > 0; left--) {
            int point = random.nextBoolean() ? random.nextInt(0x250) : random.nextInt(Character.MAX_CODE_POINT + 1);
            // what no text of PostgreSQL can hold
            if (point != 0 && (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)) {
                text.appendCodePoint(point);
            }
        }
        return text.append('~').toString();
    }

    private @Nullable String textOrNull() {
        return shape != Shape.TABLES && random.nextInt(5) == 0 ? null : text();
    }

    private static String shown(@Nullable String value) {
        if (value == null) {
            return "null";
        }
        StringBuilder shown = new StringBuilder();
        value.codePoints()
                .limit(30)
                .forEach(point -> shown.append(
                        point < 32 || point > 126 ? "\\u%04X".formatted(point) : Character.toString(point)));
        return "'" + shown + "' (" + value.length() + ")";
    }

    private Odd column(String table, String column, @Nullable String value, int n, String... outcome) {
        boolean cast = !shape.name().contains("TEXT") && shape != Shape.CASTING_VIEWS;
        String type = switch (column) {
            case "term_end" -> cast ? "::date" : "";
            case "cancellable_until" -> cast ? "::timestamptz" : "";
            case "parent_subscription_id" -> cast ? "::uuid" : "";
            case "changed_at", "relationship_ended_at" -> "::timestamptz";
            default -> "";
        };
        return new Odd(
                table + "." + column + " of " + n + " is " + shown(value),
                "update %s.%s set %s = ?::text%s where customer_id = ?".formatted(schema(), table, column, type),
                new Object[] {value, Scene.id(n)},
                List.of(outcome));
    }

    public String schema() {
        return shape == Shape.TABLES ? "ledger" : "crm";
    }

    private Odd made(String what, int n, String sql, String... outcome) {
        return new Odd(
                what + " (" + n + ")",
                sql.replace("ledger.", schema() + ".")
                        .replace(":id", "'" + Scene.id(n) + "'::uuid")
                        .replace(":subscription", "'" + subscription(n, 1) + "'::uuid"),
                new Object[0],
                List.of(outcome));
    }

    /** A date, and what comes of it for the new-commerce subscription whose term's end it is; null is none. */
    private Odd termEnd(int n) {
        int kind = random.nextInt(shape == Shape.TABLES || shape == Shape.VIEWS ? 4 : 6);
        Odd date = switch (kind) {
            case 0 -> column("subscription", "term_end", one(PAST), n, UNKNOWN_STATUS);
            case 1 -> column("subscription", "term_end", one(NEVER), n, TERM);
            case 2 -> column("subscription", "term_end", one(SOME_DAY), n, TERM);
            case 3 -> column("subscription", "term_end", null, n, UNKNOWN_STATUS);
            default -> column("subscription", "term_end", one(NO_DATES), n, UNKNOWN_STATUS, FAILED);
        };
        return new Odd(
                date.what() + ", a term",
                date.sql().replace(" set ", " set kind = 'new_commerce', status = 'active', "),
                date.parameters(),
                date.outcome());
    }

    private Odd harmlessDate(String table, String column, int n) {
        boolean any = column.equals("term_end") || column.equals("cancellable_until");
        if (any && (shape == Shape.VIEWS_OF_TEXT || shape == Shape.CASTING_VIEWS) && random.nextInt(3) == 0) {
            return column(table, column, one(NO_DATES), n, FAILED, UNKNOWN_STATUS, OFFBOARDED);
        }
        List<String> dates = new ArrayList<>(PAST);
        dates.addAll(NEVER);
        dates.addAll(SOME_DAY);
        return column(table, column, random.nextInt(6) == 0 ? null : one(dates), n, OFFBOARDED);
    }

    /** Something odd about customer n, who has one license that is active. */
    public Odd about(int n) {
        return switch (random.nextInt(shape == Shape.TABLES ? 18 : 25)) {
            case 0, 1 -> column("customer", "company_name", textOrNull(), n, MISMATCH);
            case 2, 3 -> column("customer", "domain", textOrNull(), n, MISMATCH);
            case 4 -> column("customer", "relationship", textOrNull(), n, "HELD NOT_A_RESELLER_CUSTOMER");
            case 5 -> harmlessDate("customer", "relationship_ended_at", n);
            case 6 -> column("subscription", "name", textOrNull(), n, OFFBOARDED);
            case 7 -> column("subscription", "kind", textOrNull(), n, UNKNOWN_STATUS);
            case 8 -> column("subscription", "status", textOrNull(), n, UNKNOWN_STATUS);
            case 9, 10 -> termEnd(n);
            case 11 -> harmlessDate("subscription", "term_end", n);
            case 12 -> harmlessDate("subscription", "cancellable_until", n);
            case 13 -> harmlessDate("subscription", "changed_at", n);
            case 14 -> parent(n);
            case 15 -> column("support_contact", "contact", random.nextInt(5) == 0 ? null : text(), n, OFFBOARDED);
            case 16 -> column("delegated_admin", "role", random.nextInt(5) == 0 ? null : text(), n, OFFBOARDED);
            case 17 -> ofNobody(n);
            case 18 ->
                made(
                        "two rows of the customer",
                        n,
                        "insert into ledger.customer select * from ledger.customer where customer_id = :id",
                        FAILED);
            case 19 ->
                made(
                        "two rows of the customer that differ",
                        n,
                        "insert into ledger.customer values (:id, null, '', 'none', '-infinity')",
                        FAILED);
            case 20 ->
                made(
                        "two rows of a subscription",
                        n,
                        "insert into ledger.subscription select * from ledger.subscription where subscription_id = :subscription",
                        FAILED,
                        UNKNOWN_STATUS);
            case 21 ->
                made(
                        "a subscription without an id",
                        n,
                        "update ledger.subscription set subscription_id = null where customer_id = :id",
                        UNKNOWN_STATUS);
            case 22 ->
                made(
                        "two subscriptions without an id",
                        n,
                        "insert into ledger.subscription (customer_id, name, kind, status) values (:id, 'x', 'license', 'active'), (:id, null, null, null)",
                        UNKNOWN_STATUS);
            case 23 ->
                made(
                        "its contacts many times over",
                        n,
                        "insert into ledger.support_contact select customer_id, contact from ledger.support_contact, generate_series(1, 20000) where customer_id = :id",
                        OFFBOARDED);
            default ->
                made(
                        "the same row twice in all three tables",
                        n,
                        "with a as (insert into ledger.delegated_admin values (:id, null), (:id, null)), b as (insert into ledger.support_contact values (:id, null), (:id, '')) insert into ledger.purchase_authority values (:id), (:id)",
                        OFFBOARDED);
        };
    }

    private Odd parent(int n) {
        List<@Nullable String> parents = new ArrayList<>(List.of(
                subscription(n, 1).toString(),
                subscription(1, 1).toString(),
                Scene.id(n).toString(),
                new UUID(0, 0).toString(),
                new UUID(-1, -1).toString()));
        if (shape == Shape.VIEWS_OF_TEXT || shape == Shape.CASTING_VIEWS) {
            parents.add(text());
        }
        return column("subscription", "parent_subscription_id", one(parents), n, OFFBOARDED);
    }

    private Odd ofNobody(int n) {
        return switch (random.nextInt(3)) {
            case 0 ->
                made(
                        "a subscription of nobody",
                        n,
                        "insert into ledger.subscription (subscription_id, customer_id, name, kind, status) values (gen_random_uuid(), gen_random_uuid(), '', '', '')",
                        OFFBOARDED);
            case 1 ->
                made(
                        "rows of nobody in the other tables",
                        n,
                        "with a as (insert into ledger.delegated_admin values (null, null)), b as (insert into ledger.support_contact values (null, '')) insert into ledger.purchase_authority values (null)",
                        OFFBOARDED);
            default ->
                made(
                        "a customer with an id of zeros, and nothing else",
                        n,
                        "insert into ledger.customer select '00000000-0000-0000-0000-000000000000', '', '', '', 'infinity' where not exists (select from ledger.customer where customer_id = '00000000-0000-0000-0000-000000000000')",
                        OFFBOARDED);
        };
    }
}

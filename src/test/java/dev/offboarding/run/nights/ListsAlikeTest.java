package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The same list as a file and as the result of a query. */
class ListsAlikeTest {

    private static final String COLUMNS =
            "customer_id,company_name,domain,effective_date,reason,ticket,requested_by,note";

    /** Of every kind of row something; no cell needs quotes. */
    private static final List<String> ROWS = List.of(
            Scene.id(1) + ",Customer 1,,,left,T-1,ops,",
            Scene.id(2) + ",,customer-2.example,,,T-2,,=1+1",
            Scene.id(3) + ",,CUSTOMER-3.example,2027-01-01,,,,x",
            Scene.id(4) + ",Customer 5,,,,T-4,,",
            Scene.id(5) + ",Customer 5,customer-5.example,2026-03-10,,T-5,,",
            Scene.id(6) + ",,customer-6.example,,,,,",
            Scene.id(6) + ",,customer-6.example,,,,,",
            Scene.id(7) + ",,customer-7.example,,,,,",
            Scene.id(8) + ",,,,,,,",
            Scene.id(9) + ",,customer-9.example,tomorrow,,,,",
            "nobody,,customer-10.example,,,,,");

    private record Night(Map<String, List<String>> ledger, List<Map<String, String>> customers, String totals) {}

    @Test
    void aListLeadsToTheSameAsAFileAndAsAQuery() {
        Night file;
        try (Scene scene = world()) {
            scene.inboxFile("list.csv", COLUMNS + "\n" + String.join("\n", ROWS) + "\n");
            file = night(scene);
        }
        Night query;
        try (Scene scene = world()) {
            scene.sql("create table public.listed (line serial, %s)"
                    .formatted(COLUMNS.replace(",", " text, ") + " text"));
            for (String row : ROWS) {
                scene.sql(
                        "insert into public.listed (%s) values (nullif(?, ''), nullif(?, ''), nullif(?, ''), nullif(?, ''), nullif(?, ''), nullif(?, ''), nullif(?, ''), nullif(?, ''))"
                                .formatted(COLUMNS),
                        (Object[]) row.split(",", -1));
            }
            scene.listedBy("select %s from public.listed order by line".formatted(COLUMNS));
            query = night(scene);
        }

        assertThat(query).isEqualTo(file);
        assertThat(file.customers())
                .extracting(row -> row.get("outcome") + row.get("hold_reason"))
                .containsExactly(
                        "OFFBOARDED",
                        "OFFBOARDED",
                        "HELDNOT_DUE",
                        "HELDIDENTITY_MISMATCH",
                        "OFFBOARDED",
                        "HELDMARKETPLACE",
                        "ALREADY_OFFBOARDED");
        assertThat(file.totals()).contains("{\"read\":11,\"accepted\":7,\"duplicates\":1,\"rejected\":3}");
    }

    private static Scene world() {
        Scene scene = Scene.set();
        scene.customers(1, 6).customer(7, "none").customers(8, 10);
        int number = 0;
        for (String subscription :
                List.of("1 license", "1 usage", "3 license", "5 license", "6 license", "6 marketplace", "7 license")) {
            String[] parts = subscription.split(" ");
            scene.sql(
                    "insert into ledger.subscription (subscription_id, customer_id, name, kind, status) values (?, ?, ?, ?, 'active')",
                    new UUID(1, ++number),
                    Scene.id(Integer.parseInt(parts[0])),
                    subscription,
                    parts[1]);
        }
        return scene;
    }

    private static Night night(Scene scene) {
        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);
        List<Map<String, String>> customers = report.table("customers.csv").stream()
                .<Map<String, String>>map(row -> {
                    Map<String, String> cells = new LinkedHashMap<>(row);
                    cells.remove("source");
                    cells.remove("line");
                    return cells;
                })
                .toList();
        return new Night(scene.ledger(), customers, report.json().get("totals").toString());
    }
}

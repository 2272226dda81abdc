package dev.offboarding.run;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/** A list that is the whole truth, each kind in the place where it stands. */
public enum StandingList {
    STANDING_FILE {
        @Override
        public void set(Scene scene, List<String> columns, List<String[]> rows) {
            StringBuilder text = new StringBuilder(String.join(",", columns)).append('\n');
            rows.forEach(row -> text.append(String.join(",", row)).append('\n'));
            put(scene, text.toString().getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void breakIt(Scene scene) {
            put(scene, new byte[] {'c', ',', (byte) 0xff, '\n'});
        }

        private void put(Scene scene, byte[] contents) {
            Path file = scene.folder().resolve("offboard.csv");
            scene.write(file, contents)
                    .without("list.csv.inbox")
                    .without("list.database.query")
                    .with("list.csv.file", file.toString());
        }
    },
    DATABASE {
        @Override
        public void set(Scene scene, List<String> columns, List<String[]> rows) {
            String all = String.join(", ", columns);
            scene.sql("drop table if exists crm.to_offboard");
            scene.sql("create table crm.to_offboard (n serial, %s text)".formatted(String.join(" text, ", columns)));
            String insert = "insert into crm.to_offboard (%s) values (%s)"
                    .formatted(all, String.join(", ", Collections.nCopies(columns.size(), "?")));
            rows.forEach(row -> scene.sql(insert, (Object[]) row));
            scene.without("list.csv.file").listedBy("select %s from crm.to_offboard order by n".formatted(all));
        }

        @Override
        public void breakIt(Scene scene) {
            scene.sql("alter table crm.to_offboard drop column domain");
        }
    };

    /** It has these rows, and no others, from now on. */
    public abstract void set(Scene scene, List<String> columns, List<String[]> rows);

    /** The same, with id, domain and ticket of each customer. */
    public void set(Scene scene, List<String[]> rows) {
        set(scene, List.of("customer_id", "domain", "ticket"), rows);
    }

    /** So that nothing of it can be read. */
    public abstract void breakIt(Scene scene);
}

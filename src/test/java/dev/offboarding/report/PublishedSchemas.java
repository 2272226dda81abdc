package dev.offboarding.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The JSON of reports, compared with the schemas that are published with the program. */
public final class PublishedSchemas {

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    static final Schema REPORT = schema("report");
    static final Schema MANIFEST = schema("manifest");
    static final Schema EVENT = schema("event");
    static final Schema EXPORT = schema("export");
    private static final Schema EXPLAIN = schema("explain");

    private PublishedSchemas() {}

    private static Schema schema(String name) {
        try (InputStream in = PublishedSchemas.class.getResourceAsStream("/schema/" + name + ".schema.json")) {
            return REGISTRY.getSchema(in, InputFormat.JSON);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param report the folder of a report */
    public static void check(Path report) {
        try {
            check(report.resolve("manifest.json"), Files.readString(report.resolve("manifest.json")), MANIFEST);
            if (!Files.exists(report.resolve("report.json"))) {
                // it may have been cut back; whether that is in order is not asked here
                return;
            }
            check(report.resolve("report.json"), Files.readString(report.resolve("report.json")), REPORT);
            Path events = report.resolve("events.jsonl");
            if (Files.exists(events)) {
                try (Stream<String> lines = Files.lines(events)) {
                    lines.forEach(line -> check(events, line, EVENT));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param export the folder of one */
    public static void checkExport(Path export) {
        try {
            check(export.resolve("export.json"), Files.readString(export.resolve("export.json")), EXPORT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What {@code explain --json} has written. */
    public static void checkExplained(String json) {
        assertThat(errors(json, EXPLAIN)).as(json).isEmpty();
    }

    static List<String> errors(String json, Schema schema) {
        return schema.validate(json, InputFormat.JSON).stream()
                .map(error -> error.getInstanceLocation() + " " + error.getMessage())
                .toList();
    }

    private static void check(Path file, @Nullable String json, Schema schema) {
        assertThat(errors(String.valueOf(json), schema)).as("%s", file).isEmpty();
    }
}

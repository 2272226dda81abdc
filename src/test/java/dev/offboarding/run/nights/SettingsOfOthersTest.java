package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Program;
import dev.offboarding.run.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the program decides cannot be changed by what lies about in its working directory or stands in its environment. */
class SettingsOfOthersTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void aStrayApplicationYamlAndSpringsVariablesDoNotEndARunHalfWay() throws Exception {
        scene.customers(1, 2);
        scene.listed(1);
        Files.writeString(scene.folder().resolve("application.yaml"), "spring: { main: { sources: no.such.Class } }\n");
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("SPRING_MAIN_SOURCES", "no.such.Class");
        variables.put("SPRING_MAIN_WEB_APPLICATION_TYPE", "servlet");
        variables.put("SPRING_APPLICATION_JSON", "{\"spring\":{\"profiles\":{\"active\":\"@\"}}}");
        variables.put("SPRING_CONFIG_IMPORT", "file:nowhere.yaml");

        Program.Ended ended = Program.start(
                        scene.folder(), variables, "run", scene.jobFile().toString())
                .end();

        assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
        assertThat(ended.out()).contains("1 offboarded");
    }

    /** It would have started an empty embedded database, and taken the list out of the inbox. */
    @Test
    void aMistypedVariableOfTheDatabaseEndsTheRunBeforeAnythingIsTouched() throws Exception { // incident 34
        scene.listed(1);
        Path jobFile = scene.folder().resolve("without.yaml");
        Files.writeString(jobFile, Files.readString(scene.jobFile()).replaceAll("(?m)^spring\\.datasource.*\\R", ""));
        List<Path> before = everything();

        Program.Ended ended = Program.start(
                        scene.folder(),
                        Map.of("SPRING_DATASOURCE_URLL", "jdbc:postgresql://db/x?password=hunter2"),
                        "run",
                        jobFile.toString())
                .end();

        assertThat(ended.exitCode()).as(ended.out() + ended.err()).isEqualTo(2);
        assertThat(ended.err())
                .contains("SPRING_DATASOURCE_URLL", "did you mean SPRING_DATASOURCE_URL?")
                .doesNotContain("hunter2");
        assertThat(everything()).isEqualTo(before);
    }

    private List<Path> everything() throws IOException {
        try (Stream<Path> files = Files.walk(scene.folder())) {
            return files.filter(file -> !file.endsWith("out") && !file.endsWith("err"))
                    .sorted()
                    .toList();
        }
    }
}

package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Scene;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A machine whose language has digits of its own: they stood in report and trail. */
@Isolated
class MachineLanguageTest {

    private final Locale machines = Locale.getDefault();
    private final Scene scene = Scene.set();

    @AfterEach
    void back() {
        Locale.setDefault(machines);
        scene.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "th-TH-u-nu-thai", "fa-IR", "tr-TR"})
    void digitsAreThoseOfAsciiWhateverTheLanguageOfTheMachine(String language) throws IOException { // incident 53
        scene.customers(1, 20).with("grace-period", "30d").listed(1, 2, 3);
        scene.subscription(1, "license", "active");
        scene.subscription(2, "marketplace", "active");
        String jobFile = scene.jobFile().toString();
        StringWriter terminal = new StringWriter();
        PrintWriter writer = new PrintWriter(terminal, true);
        Locale.setDefault(Locale.forLanguageTag(language));

        assertThat(CommandLineProgram.execute(writer, writer, "run", jobFile))
                .as("%s", terminal)
                .isZero();

        assertThat(terminal.toString()).doesNotContainPattern("[\\p{Nd}&&[^0-9]]");
        List<String> trail = scene.jdbc()
                .sql("select data from offboarding.event")
                .query(String.class)
                .list();
        assertThat(trail).isNotEmpty().allSatisfy(data -> assertThat(data).doesNotContainPattern("[\\p{Nd}&&[^0-9]]"));
        try (Stream<Path> all = Files.walk(scene.folder().resolve("reports"))) {
            List<Path> files = all.filter(Files::isRegularFile).toList();
            assertThat(files).hasSizeGreaterThan(5);
            for (Path file : files) {
                assertThat(Files.readString(file)).as("%s", file).doesNotContainPattern("[\\p{Nd}&&[^0-9]]");
            }
        }
    }
}

package dev.offboarding.jobfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.json.JsonMapper;

/** What is published of a job file's keys is true, and every job file that is handed out keeps to it. */
class JobFileSchemaTest {

    private static final Path PUBLISHED = Path.of("src/main/resources/schema/job-file.schema.json");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```yaml\\n(.*?)^```");
    private static final Pattern NAMED = Pattern.compile("# yaml-language-server: \\$schema=(\\S+)");

    @Test
    void thePublishedSchemaIsTheOneThatTheKeysMake() throws IOException {
        Path made = Path.of("target/job-file.schema.json");
        Files.writeString(made, JobFileSchema.text());

        assertThat(Files.readString(PUBLISHED))
                .as("the keys have changed: cp %s %s", made, PUBLISHED)
                .isEqualTo(Files.readString(made));
    }

    @ParameterizedTest
    @MethodSource("jobFiles")
    void everyJobFileOfTheProjectKeepsToIt(String name, String yaml) throws IOException {
        assertThat(errors(yaml)).as(name).isEmpty();
    }

    /** Job files, and what documents and manifests show of them. */
    static Stream<org.junit.jupiter.params.provider.Arguments> jobFiles() throws IOException {
        Map<String, String> found = new LinkedHashMap<>();
        for (Path file : files("jobs", ".yaml")) {
            String text = Files.readString(file);
            if (text.startsWith("apiVersion:") || text.contains("\napiVersion:")) {
                found.putAll(ofManifests(file, text));
            } else {
                found.put(file.toString(), text);
            }
        }
        for (Path file : files("src/test/resources/dev/offboarding/jobfile", ".yaml")) {
            found.put(file.toString(), Files.readString(file));
        }
        List<Path> documents = new ArrayList<>(files("src/docs", ".md"));
        documents.add(Path.of("README.md"));
        for (Path file : documents) {
            FENCED.matcher(Files.readString(file))
                    .results()
                    .map(fenced -> fenced.group(1))
                    .filter(text -> text.startsWith("offboarding:") || text.contains("\noffboarding:"))
                    .forEach(text -> found.put(file + " " + found.size(), text));
        }
        assertThat(found).hasSizeGreaterThan(7);
        return found.entrySet().stream()
                .map(one -> org.junit.jupiter.params.provider.Arguments.of(one.getKey(), one.getValue()));
    }

    private static Map<String, String> ofManifests(Path file, String text) {
        Map<String, String> found = new LinkedHashMap<>();
        for (Object manifest : yaml().loadAll(text)) {
            if (manifest instanceof Map<?, ?> map && map.get("data") instanceof Map<?, ?> data) {
                data.forEach((name, contents) -> {
                    if (name.toString().endsWith(".yaml")) {
                        found.put(file + " " + name, contents.toString());
                    }
                });
            }
        }
        return found;
    }

    /** So that an editor finds it, from wherever the program was unpacked to. */
    @Test
    void everyJobFileThatIsHandedOutNamesItInItsFirstLine() throws IOException {
        for (Path file : files("jobs", ".yaml")) {
            if (file.resolveSibling("").endsWith("schedule")) {
                continue;
            }
            var named = NAMED.matcher(Files.readAllLines(file).get(0));
            assertThat(named.matches()).as("the first line of %s", file).isTrue();
            assertThat(file.resolveSibling(named.group(1)).normalize())
                    .as(file.toString())
                    .isEqualTo(PUBLISHED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sprnig: { datasource: { url: x } }",
                "spring: { datasource: { ulr: x } }",
                "offboarding: { limits: { max-shar: 5% } }",
                "offboarding: { limits: { max-share: 5 percent } }",
                "offboarding: { limits: { max-customers: many } }",
                "offboarding: { platform: leger }",
                "offboarding: { grace-period: 2 weeks }",
                "offboarding: { identity: [domain, adress] }",
                "offboarding: { partner-center: { new-commerce: end } }",
                "offboarding: { withdraw-when-unlisted: perhaps }",
            })
    void whatTheProgramWouldRefuseIsRefused(String yaml) {
        assertThat(errors(yaml)).as(yaml).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "offboarding: { limits: { max-customers: '${MOST}', max-share: '${SHARE}' } }",
                "offboarding: { platform: '${PLATFORM}', grace-period: '${GRACE}' }",
                "offboarding: { identity: 'domain,company-name' }",
                "offboarding: { partner-center: { resellers: [1234567] } }",
                "offboarding: { report: { file-mode: 0600 } }",
                "offboarding.job: nightly",
                "logging: { level: { root: warn } }",
            })
    void whatTheProgramTakesIsTaken(String yaml) {
        assertThat(errors(yaml)).as(yaml).isEmpty();
    }

    /** Somebody who hovers over a key in an editor wants to know what it is for. */
    @Test
    void itSaysWhatKeysAreForAndWhatTheyAreWithoutAWord() {
        var ours = JsonMapper.shared().readTree(JobFileSchema.text()).at("/properties/offboarding/properties");

        assertThat(ours.at("/limits/properties/max-customers/description").asString())
                .contains("0 means none");
        assertThat(ours.at("/limits/properties/max-customers/default").asString())
                .isEqualTo("25");
        assertThat(ours.at("/platform/anyOf/0/enum").toString()).isEqualTo("[\"ledger\",\"partner-center\"]");
    }

    private static List<Path> files(String folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> errors(String yaml) {
        String json = JsonMapper.shared().writeValueAsString(yaml().<Object>load(yaml));
        return schema().validate(json, InputFormat.JSON).stream()
                .map(error -> error.getInstanceLocation() + " " + error.getMessage())
                .toList();
    }

    private static Schema schema() {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(JobFileSchema.text(), InputFormat.JSON);
    }

    private static Yaml yaml() {
        return new Yaml(new SafeConstructor(new LoaderOptions()));
    }
}

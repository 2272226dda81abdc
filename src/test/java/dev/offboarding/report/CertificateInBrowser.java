package dev.offboarding.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.offboarding.command.CommandLineProgram;
import dev.offboarding.report.Browser.Look;
import dev.offboarding.run.Scene;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The page that is handed to a customer, as it is read and printed. */
abstract class CertificateInBrowser {

    private final Browser browser = Browser.start();
    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void itCanBeReadByEverybodyAndPrintsOnOnePage() throws Exception {
        scene.customers(1, 3).listed(1);
        scene.subscription(1, "license", "active");
        scene.subscription(1, "usage", "active");
        String jobFile = scene.jobFile().toString();
        assertThat(CommandLineProgram.execute("run", jobFile)).isZero();
        assertThat(CommandLineProgram.execute(
                        "certificate", jobFile, Scene.id(1).toString()))
                .isZero();
        Path file;
        try (Stream<Path> files = Files.list(scene.folder().resolve("reports/nightly/certificates"))) {
            file = files.findFirst().orElseThrow();
        }

        for (Look look : new Look[] {Look.DESKTOP, Look.PHONE.inTheDark()}) {
            Page page = browser.open(file, look);
            if (look.equals(Look.DESKTOP)) {
                assertThat(Browser.violations(page)).isEmpty();
            }
            assertThat((int) page.evaluate("document.documentElement.scrollWidth"))
                    .as("nothing is cut off at the side")
                    .isLessThanOrEqualTo(look.width());
        }
        byte[] paper = browser.open(file, Look.DESKTOP.inTheDark())
                .pdf(new Page.PdfOptions().setPreferCSSPageSize(true).setPrintBackground(true));

        try (PDDocument document = Loader.loadPDF(paper)) {
            assertThat(document.getNumberOfPages()).isEqualTo(1);
            assertThat(new PDFTextStripper().getText(document))
                    .contains("Customer 1", Scene.id(1).toString(), "license of 1", "usage of 1");
        }
        assertThat(browser.complaints()).isEmpty();
    }
}

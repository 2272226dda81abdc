package dev.offboarding.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.offboarding.report.Browser.Look;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The page of all runs, as it is read. */
abstract class IndexInBrowser {

    private final Browser browser = Browser.start();
    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void itCanBeReadByEverybodyOnAnyScreenAndLoadsNothing() {
        scene.customers(1, 4).listed(1, 2, 3);
        scene.subscription(2, "new_commerce", "active", LocalDate.parse("2026-11-30"));
        scene.subscription(3, "marketplace", "active");
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(1));
        scene.runs(ExitCode.OK);
        Path file = scene.folder().resolve("reports/nightly/index.html");

        for (Look look : new Look[] {Look.DESKTOP, Look.PHONE.inTheDark()}) {
            Page page = browser.open(file, look);
            assertThat(Browser.violations(page)).isEmpty();
            assertThat((int) page.evaluate("document.documentElement.scrollWidth"))
                    .as("nothing is cut off at the side")
                    .isLessThanOrEqualTo(look.width());
            assertThat(page.locator(".strip a").count()).isEqualTo(2);
            assertThat(page.locator(".strip a").first().evaluate("it => getComputedStyle(it).display"))
                    .as("the style is applied")
                    .isEqualTo("grid");
        }
        assertThat(browser.complaints()).isEmpty();
    }
}

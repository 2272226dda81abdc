package dev.offboarding.report;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * The machine's own Chromium. Each page that it opens may load itself and nothing else; what it asks for besides, and what it says on
 * its console, is {@link #complaints}.
 */
final class Browser implements AutoCloseable {
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome-stable", "google-chrome");

    /** In milliseconds: nothing is this slow, but the machine may have something else to do. */
    static final int PATIENCE = 30_000;

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser browser;
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<BrowserContext> contexts = new ArrayList<>();

    private Browser(Path executable) {
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new LaunchOptions()
                        .setExecutablePath(executable)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
    }

    /** Where there is none, the test is skipped and says so. */
    static Browser start() {
        Optional<Path> executable = executable();
        Assumptions.assumeTrue(
                executable.isPresent(),
                "SKIPPED: there is no Chromium on this machine, so the report's page was not tried in a browser."
                        + " Install one (Debian: apt-get install chromium), so that it is on the PATH.");
        return new Browser(executable.orElseThrow());
    }

    private static Optional<Path> executable() {
        Stream<String> folders = Stream.concat(
                Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)), Stream.of("/usr/bin"));
        return folders.filter(folder -> !folder.isEmpty())
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** How a page is looked at. */
    record Look(int width, int height, boolean dark, boolean script) {
        static final Look DESKTOP = new Look(1280, 900, false, true);
        static final Look PHONE = new Look(375, 812, false, true);

        Look inTheDark() {
            return new Look(width, height, true, script);
        }

        Look withoutScript() {
            return new Look(width, height, dark, false);
        }
    }

    Page open(Path file, Look look) {
        return open(file, look, null);
    }

    /** @param fragment what follows the {@code #} of the address */
    Page open(Path file, Look look, @Nullable String fragment) {
        BrowserContext context = browser.newContext(new NewContextOptions()
                .setViewportSize(look.width(), look.height())
                .setColorScheme(
                        look.dark()
                                ? com.microsoft.playwright.options.ColorScheme.DARK
                                : com.microsoft.playwright.options.ColorScheme.LIGHT)
                .setJavaScriptEnabled(look.script()));
        contexts.add(context);
        String self = file.toUri().toString();
        context.route("**/*", route -> {
            String url = route.request().url();
            if (url.equals(self)) {
                route.resume();
            } else {
                complaints.add("asked for " + url);
                route.abort();
            }
        });
        context.onConsoleMessage(message -> complaints.add("console: " + message.text()));
        context.onWebError(error -> complaints.add("error: " + error.error()));
        context.onDialog(dialog -> {
            complaints.add("dialog: " + dialog.message());
            dialog.dismiss();
        });
        Page page = context.newPage();
        page.setDefaultTimeout(PATIENCE);
        page.navigate(fragment == null ? self : self + "#" + fragment);
        return page;
    }

    /** What pages have asked for or complained of since the last time that this was asked; their windows are closed. */
    List<String> complaints() {
        contexts.forEach(BrowserContext::close);
        contexts.clear();
        List<String> heard = List.copyOf(complaints);
        complaints.clear();
        return heard;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}

package dev.offboarding.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.args.AxeRunOptions;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * The machine's own Chromium, one for all tests of a JVM. Each page that it opens may load itself and nothing else; what it asks for
 * besides, and what it says on its console, is {@link #complaints}. For tests that run one after another.
 */
final class Browser {
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome-stable", "google-chrome");

    /** In milliseconds: nothing is this slow, but the machine may have something else to do. */
    static final int PATIENCE = 30_000;

    private static @Nullable Browser started;

    private final com.microsoft.playwright.Browser browser;
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<Window> open = new ArrayList<>();
    /** Kept, and their windows, for each takes processes of its own. Our pages store nothing that could stay in one. */
    private final Map<Look, BrowserContext> contexts = new HashMap<>();

    private final List<Window> blank = new ArrayList<>();

    private Browser(Path executable) {
        Playwright playwright = Playwright.create(
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
        Runtime.getRuntime().addShutdownHook(new Thread(playwright::close, "the browser's end"));
    }

    /** Where there is none, the test is skipped and says so. */
    static synchronized Browser start() {
        if (started != null) {
            // a test that failed may not have asked
            started.complaints();
            return started;
        }
        Optional<Path> executable = executable();
        Assumptions.assumeTrue(
                executable.isPresent(),
                "SKIPPED: there is no Chromium on this machine, so the report's page was not tried in a browser."
                        + " Install one (Debian: apt-get install chromium), so that it is on the PATH.");
        Browser first = new Browser(executable.orElseThrow());
        started = first;
        return first;
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

    private record Window(Page page, Look look) {}

    Page open(Path file, Look look) {
        return open(file, look, null);
    }

    /** @param fragment what follows the {@code #} of the address */
    Page open(Path file, Look look, @Nullable String fragment) {
        String self = file.toUri().toString();
        Page page = window(look).page();
        page.route("**/*", route -> {
            if (route.request().url().equals(self)) {
                route.resume();
            } else {
                route.fallback();
            }
        });
        page.navigate(fragment == null ? self : self + "#" + fragment);
        return page;
    }

    private Window window(Look look) {
        Window window = blank.stream()
                .filter(it -> it.look().equals(look))
                .findFirst()
                .orElseGet(() ->
                        new Window(contexts.computeIfAbsent(look, this::context).newPage(), look));
        blank.remove(window);
        open.add(window);
        window.page().setDefaultTimeout(PATIENCE);
        return window;
    }

    private BrowserContext context(Look look) {
        BrowserContext context = browser.newContext(new NewContextOptions()
                .setViewportSize(look.width(), look.height())
                .setColorScheme(
                        look.dark()
                                ? com.microsoft.playwright.options.ColorScheme.DARK
                                : com.microsoft.playwright.options.ColorScheme.LIGHT)
                // of a page that still scrolls to the place before, a click may lead nowhere
                .setReducedMotion(ReducedMotion.REDUCE)
                .setJavaScriptEnabled(look.script()));
        context.route("**/*", route -> {
            complaints.add("asked for " + route.request().url());
            route.abort();
        });
        context.onConsoleMessage(message -> complaints.add("console: " + message.text()));
        context.onWebError(error -> complaints.add("error: " + error.error()));
        context.onDialog(dialog -> {
            complaints.add("dialog: " + dialog.message());
            dialog.dismiss();
        });
        return context;
    }

    /** What a screen reader stumbles over. */
    static List<String> violations(Page page) {
        AxeRunOptions options = new AxeRunOptions();
        // all rules are tried; what passes is not told in full
        options.setResultTypes(List.of("violations"));
        // "legacy" is: in the page itself. Results of several frames are put together in a page of their own, and here
        // are none.
        assertThat(page.frames()).hasSize(1);
        return new AxeBuilder(page)
                .options(options).setLegacyMode(true).analyze().getViolations().stream()
                        .map(rule -> rule.getId() + ": "
                                + rule.getNodes().stream()
                                        .map(node -> node.getHtml() + " " + node.getFailureSummary())
                                        .toList())
                        .toList();
    }

    /** What pages have asked for or complained of since the last time that this was asked; their windows show nothing any more. */
    List<String> complaints() {
        List<Window> shown = List.copyOf(open);
        open.clear();
        for (Window window : shown) {
            if (window.page().isClosed()) {
                continue;
            }
            window.page().unrouteAll();
            window.page().mouse().move(0, 0);
            window.page().navigate("about:blank");
            blank.add(window);
        }
        List<String> heard = List.copyOf(complaints);
        complaints.clear();
        return heard;
    }
}

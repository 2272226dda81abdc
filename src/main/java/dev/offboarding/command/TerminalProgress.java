package dev.offboarding.command;

import dev.offboarding.kit.OneLine;
import dev.offboarding.run.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Says how far a run has come once it takes longer than two seconds: on a terminal in one line that is written over, elsewhere a
 * one line per minute.
 */
final class TerminalProgress implements Progress, AutoCloseable {

    private static final Duration SILENT = Duration.ofSeconds(2);
    static final Duration ELSEWHERE = Duration.ofMinutes(1);

    private static final int NARROWEST = 5;
    private static final int WIDEST = 40;

    private final PrintWriter out;
    private final boolean terminal;
    private final int width;
    private final long began = System.nanoTime();
    private final ScheduledExecutorService ticks;
    private String step = "";
    private long stepBegan;
    private long total;
    private long done;
    private boolean shown;

    private TerminalProgress(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
        // as wide as usage help would be: picocli asks the terminal
        this.width = terminal ? new UsageMessageSpec().autoWidth(true).width() : 0;
        this.ticks = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
        });
    }

    static TerminalProgress start(PrintWriter out) {
        return System.console() != null && isTerminal() ? start(out, true, SILENT, Duration.ofMillis(500)) : lines(out);
    }

    /** One line per minute, wherever that goes. */
    static TerminalProgress lines(PrintWriter out) {
        return lines(out, ELSEWHERE);
    }

    static TerminalProgress lines(PrintWriter out, Duration every) {
        return start(out, false, every, every);
    }

    private static TerminalProgress start(PrintWriter out, boolean terminal, Duration first, Duration every) {
        TerminalProgress progress = new TerminalProgress(out, terminal);
        progress.ticks.scheduleAtFixedRate(progress::show, first.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
        return progress;
    }

    /** From Java 22 on there is a console without a terminal, too. */
    private static boolean isTerminal() {
        String term = System.getenv("TERM");
        return term != null && !term.equals("dumb");
    }

    @Override
    public synchronized void worksOn(String line) {
        out.println(OneLine.of(line));
        out.flush();
    }

    @Override
    public synchronized void step(String name, long cases) {
        step = name;
        stepBegan = System.nanoTime();
        total = cases;
        done = 0;
    }

    /** Some cases may come round more than once, or in addition. */
    @Override
    public synchronized void advance(long cases) {
        done = Math.max(0, done + cases);
        total = total == 0 ? 0 : Math.max(total, done);
    }

    @Override
    public synchronized void message(String line) {
        out.println((shown ? "\r\u001b[K" : "") + OneLine.of(line));
        out.flush();
        shown = false;
    }

    /** Makes room for something else. */
    synchronized void wipe() {
        if (shown) {
            out.print("\r\u001b[K");
            out.flush();
            shown = false;
        }
    }

    private synchronized void show() {
        if (step.isEmpty()) {
            return;
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
        String line = total == 0
                ? "%s … (%d s)".formatted(step, seconds)
                : "%s %,d of %,d%s (%d s)".formatted(step, done, total, remaining(), seconds);
        if (terminal) {
            out.print("\r" + (total == 0 ? line : bar(line, done, total, width)) + "\u001b[K");
            shown = true;
        } else {
            out.println(line);
        }
        out.flush();
    }

    /** A line that does not wrap: how far, as a bar where there is room for one, and in words. */
    static String bar(String words, long done, long total, int width) {
        // the last column stays free: some terminals wrap once it is written
        int room = width - 1 - words.length() - "[] 100 % ".length();
        if (room < NARROWEST) {
            return words.length() < width ? words : words.substring(0, Math.max(0, width - 1));
        }
        int length = Math.min(room, WIDEST);
        double share = Math.min(1.0, (double) done / total);
        int full = (int) (share * length);
        return "[%s%s] %3d %% %s".formatted("#".repeat(full), "-".repeat(length - full), (int) (share * 100), words);
    }

    private String remaining() {
        long elapsed = System.nanoTime() - stepBegan;
        if (done == 0 || elapsed <= 0) {
            return "";
        }
        double perSecond = done / (elapsed / 1e9);
        return ", %,.0f a second, about %,.0f s to go".formatted(perSecond, (total - done) / perSecond);
    }

    @Override
    public synchronized void close() {
        ticks.shutdownNow();
        wipe();
    }
}

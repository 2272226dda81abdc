package dev.offboarding.report;

import dev.offboarding.audit.EarlierNights.Stood;
import dev.offboarding.report.PageCustomers.Slim;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A customer's earlier nights, the last first: one line for each way in which it stood, however many nights it stood so. */
final class PageNights {
    /** How many events are looked at. */
    static final int EVENTS = 12;

    private static final int MOST = 8;

    private final String job;
    private final PageTime time;
    private final List<Night> nights = new ArrayList<>();
    private int events;
    private String lastRun = "";

    /** @param first the earliest night of those on which it stood so */
    private record Night(Stood last, Stood first, int count, String what) {}

    /** @param job the reports of which are beside this one */
    PageNights(String job, PageTime time) {
        this.job = job;
        this.time = time;
    }

    /** The last one first: of a night, that says how it ended. */
    void add(Stood stood) {
        events++;
        if (stood.runId().equals(lastRun)) {
            return;
        }
        lastRun = stood.runId();
        String what = what(stood);
        Night before = nights.isEmpty() ? null : nights.get(nights.size() - 1);
        if (before != null && before.what().equals(what)) {
            nights.set(nights.size() - 1, new Night(before.last(), stood, before.count() + 1, what));
        } else {
            nights.add(new Night(stood, stood, 1, what));
        }
    }

    List<Map<String, Object>> shown() {
        List<Map<String, Object>> shown = new ArrayList<>();
        for (Night night : nights.subList(0, Math.min(MOST, nights.size()))) {
            Slim line = new Slim();
            line.put("at", time.day(night.last().at()));
            line.put("link", link(night.last()));
            line.put("from", night.count() == 1 ? null : time.day(night.first().at()));
            // a night on which it still stood so need not have said it again
            line.put("on", night.count() == 1 && night.last().hold() != null ? true : null);
            line.put("what", night.what());
            shown.add(line.members());
        }
        if (nights.size() > MOST || events >= EVENTS) {
            shown.add(Map.of("more", true));
        }
        return shown;
    }

    /** The report of that night, which is beside this one as long as nobody has taken it away. */
    private @Nullable String link(Stood stood) {
        return stood.reported() && stood.job().equals(job) && stood.runId().matches("[0-9A-Za-z-]+")
                ? "../" + stood.runId() + "/" + PagePart.FILE + "#c-" + stood.customerId()
                : null;
    }

    private static String what(Stood stood) {
        String hold = stood.hold();
        String until = stood.until();
        String message = stood.message();
        String outcome = PageWords.outcome(stood.outcome()).label();
        if (hold != null) {
            return outcome + ": " + HoldTexts.of(hold).label() + (until == null ? "" : " until " + until);
        }
        return message == null || message.isEmpty() ? outcome : outcome + ": " + PageText.line(message);
    }
}

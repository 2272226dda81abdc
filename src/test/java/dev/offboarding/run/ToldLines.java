package dev.offboarding.run;

import java.util.ArrayList;
import java.util.List;

/** What a run says on its way, as somebody at a terminal sees it. */
public final class ToldLines implements Progress {

    public final List<String> lines = new ArrayList<>();

    @Override
    public void message(String line) {
        lines.add(line);
    }

    @Override
    public void step(String name, long cases) {}

    @Override
    public void advance(long cases) {}
}

package dev.offboarding.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AtExitTest {

    private final AtExit.Actions actions = new AtExit.Actions();
    private final List<String> done = new ArrayList<>();

    @Test
    void whatBeganLastIsEndedFirst() {
        actions.add(() -> done.add("server"));
        actions.add(() -> done.add("run"));

        actions.doAll();

        assertThat(done).containsExactly("run", "server");
    }

    @Test
    void whatHasEndedOnItsOwnIsNotEndedOnceMore() {
        AtExit run = actions.add(() -> done.add("run"));
        actions.add(() -> done.add("server"));

        run.close();
        run.close();
        actions.doAll();

        assertThat(done).containsExactly("server");
    }

    @Test
    void oneThatFailsKeepsNoneOfTheOthersFromBeingEnded() {
        actions.add(() -> done.add("server"));
        actions.add(() -> {
            throw new IllegalStateException("no");
        });
        actions.add(() -> {
            throw new NoClassDefFoundError("not any more");
        });

        actions.doAll();

        assertThat(done).containsExactly("server");
    }

    @Test
    void whatBeginsWhileTheOthersAreEndedIsEndedTooAndNothingBeginsAfterThat() {
        actions.add(() -> actions.add(() -> done.add("late")));

        actions.doAll();

        assertThat(done).containsExactly("late");
        assertThatThrownBy(() -> actions.add(() -> done.add("too late"))).isInstanceOf(IllegalStateException.class);
    }
}

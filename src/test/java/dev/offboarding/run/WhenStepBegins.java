package dev.offboarding.run;

import java.util.Map;

/**
 * Does something right before a run's steps do.
 *
 * @param something by the name of the step
 */
public record WhenStepBegins(Map<String, Runnable> something) implements Progress {

    public WhenStepBegins(String step, Runnable something) {
        this(Map.of(step, something));
    }

    @Override
    public void step(String name, long cases) {
        something.getOrDefault(name, () -> {}).run();
    }

    @Override
    public void advance(long cases) {}
}

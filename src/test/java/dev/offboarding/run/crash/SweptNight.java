package dev.offboarding.run.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.run.Approving;
import dev.offboarding.run.InterventionOrder.Target;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What is under way when it is killed. */
public enum SweptNight {
    /** A list arrives, and all of it is offboarded. */
    OFFBOARDING,
    /** Somebody withdraws all who were suspended in the night before. */
    WITHDRAWAL {
        @Override
        void prepare(Swept world) {
            world.scene().with("grace-period", "3d");
            RunResult result = world.scene().run();
            assertThat(result.exitCode()).as("%s", result).isEqualTo(ExitCode.NEEDS_ATTENTION);
            world.forgetRequests();
        }

        @Override
        String[] command(String jobFile) {
            return new String[] {"withdraw", jobFile, "--all", "--reason", "they stay", "--by", "Ada"};
        }

        /** As the command does it, which goes through less than a run. */
        @Override
        RunResult undisturbed(Swept world) {
            world.scene().asks(InterventionKind.WITHDRAW, new Target.All(), "they stay");
            return world.scene().carriesOut();
        }

        /** Whoever has not seen its end asks for it again. */
        @Override
        RunResult again(Swept world) {
            ExitCode asked = world.scene()
                    .asks(InterventionKind.WITHDRAW, new Target.All(), "they stay")
                    .exitCode();
            assertThat(asked).as("wrong usage: nothing is open any more").isIn(ExitCode.OK, ExitCode.WRONG_USAGE);
            return world.scene().run();
        }
    },
    /** Somebody has approved the plan. */
    APPROVED {
        @Override
        void prepare(Swept world) {
            world.scene().with("approval", "required");
            approve(world, false);
        }
    },
    /** The plan is over a limit, and goes on over as many nights as that takes. */
    SPREAD {
        @Override
        void prepare(Swept world) {
            world.scene().with("limits.max-customers", String.valueOf(A_NIGHT));
            approve(world, true);
        }

        @Override
        int times() {
            return 3;
        }

        @Override
        RunResult again(Swept world) {
            RunResult result = world.scene().run();
            while (Set.of(ExitCode.OK, ExitCode.NEEDS_ATTENTION).contains(result.exitCode()) && somebodyIsLeft(world)) {
                result = world.scene().run();
            }
            return result;
        }

        @Override
        void assertKept(Swept world) {
            Set<String> before = new HashSet<>();
            for (var folder : world.scene().reports()) {
                Set<String> begun = new Scene.Report(folder)
                        .table("actions.csv").stream()
                                .filter(it -> !it.get("result").equals("NOT_SENT"))
                                .filter(it -> it.get("action").equals("SUSPEND"))
                                .map(it -> it.get("customer_id"))
                                .collect(Collectors.toSet());
                // whoever a dead run had begun with counted in its night, also where its writes never took effect
                begun.removeAll(before);
                assertThat(begun).as("customers begun with in %s", folder).hasSizeLessThanOrEqualTo(A_NIGHT);
                before.addAll(begun);
            }
        }
    };

    private static final int A_NIGHT = 2;

    /** What comes before it, and is not interfered with. */
    void prepare(Swept world) {}

    String[] command(String jobFile) {
        return new String[] {"run", jobFile};
    }

    /** How many nights it takes, more or less. */
    int times() {
        return 1;
    }

    /** What is killed, if nobody does. */
    RunResult undisturbed(Swept world) {
        return again(world);
    }

    /** Once more, to its end. */
    RunResult again(Swept world) {
        return world.scene().run();
    }

    /** What holds of each run, whatever became of it. */
    void assertKept(Swept world) {}

    private static void approve(Swept world, boolean spread) {
        Scene scene = world.scene();
        RunResult stopped = scene.run();
        assertThat(stopped.exitCode()).as("%s", stopped).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        String plan = Scene.report(stopped).json().get("plan_id").asString();
        Approving.Result approved = scene.approve(plan, "Ada", spread, null);
        assertThat(approved.exitCode()).as("%s", approved.lines()).isEqualTo(ExitCode.OK);
        world.forgetRequests();
    }

    private static boolean somebodyIsLeft(Swept world) {
        List<Long> left = world.scene()
                .jdbc()
                .sql(
                        "select case_id from offboarding.offboarding_case where closed_at is null and hold_reason = 'LATER_NIGHT'")
                .query(Long.class)
                .list();
        return !left.isEmpty();
    }
}

package dev.offboarding.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.cases.HoldReason;
import dev.offboarding.cases.RunCases.Became;
import dev.offboarding.kit.Draw;
import dev.offboarding.kit.Tries;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The picture of whatever night. */
class FlowDiagramProperties {

    private static final Pattern OUTLINE =
            Pattern.compile("M([\\d.]+) ([\\d.]+)H[\\d.]+C\\S+ \\S+ \\S+ \\S+ ([\\d.]+) ([\\d.]+)V.*");

    private record Curve(double fromX, double fromY, double toX, double toY) {
        static Curve of(FlowDiagram.Ribbon ribbon) {
            Matcher outline = OUTLINE.matcher(ribbon.path());
            assertThat(outline.matches()).as(ribbon.path()).isTrue();
            double[] at = new double[4];
            for (int i = 0; i < at.length; i++) {
                at[i] = Double.parseDouble(outline.group(i + 1));
            }
            return new Curve(at[0], at[1], at[2], at[3]);
        }

        boolean crosses(Curve other) {
            return fromX < other.toX
                    && other.fromX < toX
                    && (fromX != other.fromX || toX != other.toX || (fromY - other.fromY) * (toY - other.toY) < 0);
        }
    }

    private static PageFlow anyNight(Draw draw) {
        List<Became> became = new ArrayList<>();
        Map<String, Long> outcomes = new LinkedHashMap<>();
        long most = draw.of(1, 20, 3_000);
        long listedAnew = 0;
        for (String outcome : ControlTotals.OUTCOMES) {
            for (HoldReason hold : HoldReason.values()) {
                if (draw.oneIn(12)) {
                    boolean anew = draw.either();
                    long count = draw.between(1, most);
                    became.add(new Became(anew, outcome, draw.either() ? hold.name() : null, count));
                    outcomes.merge(outcome, count, Long::sum);
                    listedAnew += anew ? count : 0;
                }
            }
        }
        long elsewhere = draw.oneIn(3) ? draw.between(1, most) : 0;
        long duplicates = draw.between(0, 2);
        long rejected = draw.between(0, 2);
        ControlTotals.Rows rows =
                new ControlTotals.Rows(listedAnew + elsewhere + duplicates + rejected, duplicates, rejected);
        ControlTotals totals =
                new ControlTotals(rows, outcomes, new ControlTotals.Subscriptions(0, 0, 0, 0), List.of());
        return PageFlow.of(totals, became, draw.either());
    }

    @Test
    void noRibbonCrossesAnotherAndNothingIsOutsideOrOnTopOfAnother() {
        Tries.of(200, draw -> {
            PageFlow flow = anyNight(draw);
            for (FlowDiagram picture :
                    List.of(FlowDiagram.wide(flow), FlowDiagram.medium(flow), FlowDiagram.narrow(flow))) {
                List<Curve> curves = picture.ribbons().stream().map(Curve::of).toList();
                for (Curve one : curves) {
                    assertThat(curves).noneMatch(one::crosses);
                }
                for (FlowDiagram.Box box : picture.boxes()) {
                    assertThat(box.y()).isNotNegative();
                    assertThat(box.y() + box.height()).isLessThanOrEqualTo(picture.height() + 0.2);
                    assertThat(picture.boxes())
                            .filteredOn(other -> other != box && other.x() == box.x())
                            .allMatch(other ->
                                    other.y() >= box.y() + box.height() || other.y() + other.height() <= box.y())
                            .allMatch(other -> Math.abs(other.labelY() - box.labelY()) >= 15);
                }
            }
        });
    }
}

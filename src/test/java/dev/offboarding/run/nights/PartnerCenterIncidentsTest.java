package dev.offboarding.run.nights;

import static dev.offboarding.run.PartnerCenterScene.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.platform.Effect;
import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.WhenStepBegins;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Failure;
import dev.offboarding.runs.Mode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.InjectedFaults;
import dev.offboarding.standin.PartnerCenterStandIn;
import dev.offboarding.standin.StandInSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What went wrong elsewhere with Partner Center, each in whole runs. Named after what happened there. */
@Execution(ExecutionMode.CONCURRENT)
class PartnerCenterIncidentsTest {

    private final PartnerCenterScene night =
            new PartnerCenterScene(StandInSettings.standard().noQuotas());
    private final PartnerCenterStandIn standIn = night.standIn;

    @BeforeEach
    void somebodyWhoStays() {
        // whoever has the lowest id is asked first to vouch for those who are gone
        standIn.customer("Bystander")
                .withId("80000000-0000-4000-8000-000000000000")
                .licence("E1", "active");
    }

    @AfterEach
    void noBreachOfProtocol() {
        try (night) {
            assertThat(standIn.violations()).isEmpty();
        }
    }

    private Scene.Report runs(ExitCode expected) {
        return runs(expected, Progress.NONE);
    }

    private Scene.Report runs(ExitCode expected, Progress progress) {
        RunResult result = night.loaded(Mode.RUN, progress).start();
        assertThat(result.exitCode())
                .describedAs("%s %s", result.stopped(), result.failures())
                .isEqualTo(expected);
        return Scene.report(result);
    }

    private void offboarded(Scene.Report report, CustomerBuilder customer) {
        assertThat(outcome(report, customer)).as(customer.companyName()).isEqualTo("OFFBOARDED");
        assertThat(standIn.relationship(customer.id())).isEqualTo("none");
    }

    private void untouched(CustomerBuilder customer) {
        assertThat(standIn.writes()).noneMatch(it -> it.path().contains(customer.id()));
    }

    // 7: Partner-Center-Java#148
    @Test
    void anUnknownStatusBrokeTheWholeListing() {
        List<CustomerBuilder> over = List.of(
                standIn.customer("Expired").licence("E1", "expired").licence("E3", "active"),
                standIn.customer("Disabled").licence("E1", "disabled").usage("Azure", "active"),
                standIn.customer("In other letters").licence("E1", "Expired").licence("E3", "Disabled"),
                standIn.customer("Plain").licence("E1", "active"));
        CustomerBuilder late = standIn.customer("Unknown in the end").licence("E1", "suspended");
        // when it is observed it is what it is, and right before the removal it is not any more
        standIn.faults()
                .inject(InjectedFault.UNKNOWN_STATUS)
                .on(Endpoint.SUBSCRIPTION_LIST)
                .about(late.id())
                .after(1)
                .always();
        List<CustomerBuilder> unknown = List.of(
                standIn.customer("Unknown").licence("E1", "zzz"),
                standIn.customer("Unknown beside active").licence("E1", "zzz").licence("E3", "active"),
                standIn.customer("Of an unknown kind").licence("E1", "active").saying("offerId", "zzz"),
                late);
        CustomerBuilder related =
                standIn.customer("Related").relationship("zzz").licence("E1", "active");
        standIn.customer("Related, and not listed").relationship("zzz");
        List<CustomerBuilder> all = new ArrayList<>(over);
        all.addAll(unknown);
        all.add(related);
        night.listed(all);

        Scene.Report report = runs(ExitCode.NEEDS_ATTENTION);

        over.forEach(it -> offboarded(report, it));
        for (CustomerBuilder it : unknown) {
            assertThat(outcome(report, it)).as(it.companyName()).isEqualTo("HELD UNKNOWN_STATUS");
            untouched(it);
        }
        assertThat(outcome(report, related)).isEqualTo("HELD NOT_A_RESELLER_CUSTOMER");
        untouched(related);
        // the whole list was read, and a customer that is not a reseller's is not counted as one
        assertThat(report.text("report.json"))
                .contains("\"" + (over.size() + unknown.size() + 1) + " reseller customers\"");
    }

    /** Ways in which a read can fail. None of them says that there is no relationship with the customer. */
    private enum Failure {
        ANOTHER_CODE(InjectedFault.FORBIDDEN, 403, 2032),
        FORBIDDEN_WITHOUT_JSON(InjectedFault.HTML_ERROR, 403, 0),
        NOT_FOUND_WITHOUT_JSON(InjectedFault.HTML_ERROR, 404, 0),
        TIME_OUT(InjectedFault.HANG_BEFORE, 0, 0),
        SERVER_ERROR(InjectedFault.SERVER_ERROR_BEFORE, 500, 0),
        UNAVAILABLE(InjectedFault.SERVER_ERROR_BEFORE, 503, 0),
        TOKEN_NOT_ACCEPTED(InjectedFault.REFUSED, 401, 400);

        private final InjectedFault fault;
        private final int status;
        private final int code;

        Failure(InjectedFault fault, int status, int code) {
            this.fault = fault;
            this.status = status;
            this.code = code;
        }

        InjectedFaults.Draft in(InjectedFaults faults) {
            return faults.inject(fault).answering(status, code);
        }
    }

    /** A customer of whom one read fails in one way, once a test says so. */
    private record Failing(CustomerBuilder customer, Failure failure, Endpoint read) {
        void begin(PartnerCenterStandIn standIn) {
            failure.in(standIn.faults())
                    .on(read)
                    .about(customer.id())
                    .taking(Duration.ofMinutes(5))
                    .always();
        }
    }

    /** One for each way in which each of these reads can fail. */
    private List<Failing> eachFailureOf(Endpoint... reads) {
        // a time-out is waited for four times, and many customers fail
        night.with("partner-center.read-timeout", "1s")
                .with("partner-center.in-flight", "32")
                .with("failure-brake.in-a-row", "0")
                .with("failure-brake.share", "100%");
        List<Failing> all = new ArrayList<>();
        for (Endpoint read : reads) {
            for (Failure failure : Failure.values()) {
                CustomerBuilder customer =
                        standIn.customer(failure + " on " + read).licence("E1", "active");
                all.add(new Failing(customer, failure, read));
            }
        }
        return all;
    }

    private void listed(List<Failing> failing, CustomerBuilder... others) {
        List<CustomerBuilder> all = new ArrayList<>(List.of(others));
        failing.forEach(it -> all.add(it.customer()));
        night.listed(all);
    }

    private void readsAreRightAgain() {
        standIn.faults().clear();
        standIn.letGo();
    }

    // 19: PartnerCenter-PowerShell#49, #51
    @Test
    void aFailedReadWasTakenForGoneBeforeAnythingWasDone() {
        // this program's own history would explain why it is gone
        CustomerBuilder back = standIn.customer("Back").licence("E1", "suspended");
        night.listed(List.of(back));
        offboarded(runs(ExitCode.OK), back);
        standIn.reestablish(back.id());
        standIn.clearRecords();
        List<Failing> failing =
                eachFailureOf(Endpoint.CUSTOMER_READ, Endpoint.SUBSCRIPTION_LIST, Endpoint.ENTITLEMENTS);
        failing.add(new Failing(back, Failure.ANOTHER_CODE, Endpoint.CUSTOMER_READ));
        failing.forEach(it -> it.begin(standIn));
        CustomerBuilder plain = standIn.customer("Plain").licence("E1", "active");
        listed(failing, plain);
        // so many pages that each customer is read on its own: the list would have shown who they are
        standIn.settings().pages(2, 500, 500, 100);

        Scene.Report first = runs(ExitCode.NEEDS_ATTENTION);

        offboarded(first, plain);
        for (Failing it : failing) {
            assertThat(outcome(first, it.customer())).as("%s", it).isEqualTo("FAILED");
            untouched(it.customer());
        }

        readsAreRightAgain();
        Scene.Report second = runs(ExitCode.OK);
        failing.forEach(it -> offboarded(second, it.customer()));
    }

    // 19: of one customer these words would mean that it is gone
    @Test
    void aNightOnWhichEverybodyWasAnsweredSoWasTakenForGone() {
        CustomerBuilder waits = standIn.customer("Waits").azurePlan("Plan", "active", "active");
        CustomerBuilder refused = standIn.customer("Refused").licence("E1", "active");
        standIn.faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.CUSTOMER_WRITE)
                .about(refused.id())
                .answering(400, 2006)
                .always();
        night.listed(List.of(waits, refused));
        Scene.Report first = runs(ExitCode.NEEDS_ATTENTION);
        assertThat(outcome(first, waits)).isEqualTo("HELD AZURE_PLAN");
        assertThat(outcome(first, refused)).isEqualTo("FAILED");
        readsAreRightAgain();
        CustomerBuilder listed = standIn.customer("Listed that night").licence("E1", "active");
        night.listed(List.of(listed));
        standIn.faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.CUSTOMER_READ, Endpoint.SUBSCRIPTION_LIST)
                .answering(403, 20002)
                .always();

        Scene.Report second = runs(ExitCode.NEEDS_ATTENTION);

        for (CustomerBuilder it : List.of(waits, refused, listed)) {
            assertThat(outcome(second, it)).as(it.companyName()).isEqualTo("FAILED");
        }
        readsAreRightAgain();
        Scene.Report third = runs(ExitCode.OK);
        assertThat(outcome(third, waits)).isEqualTo("HELD AZURE_PLAN");
        offboarded(third, refused);
        offboarded(third, listed);
    }

    // 19: PartnerCenter-PowerShell#49, #51
    @Test
    void aFailedReadWasTakenForGoneAfterTheRemoval() {
        List<Failing> failing =
                eachFailureOf(Endpoint.CUSTOMER_READ, Endpoint.SUBSCRIPTION_LIST, Endpoint.SUPPORT_CONTACT);
        CustomerBuilder plain = standIn.customer("Plain").licence("E1", "active");
        listed(failing, plain);
        // a token is renewed meanwhile: what was read with the one before is looked at again
        night.with("verification.give-up-after", "5s");

        Scene.Report first = runs(
                ExitCode.TO_BE_CONFIRMED, new WhenStepBegins("verify", () -> failing.forEach(it -> it.begin(standIn))));

        offboarded(first, plain);
        for (Failing it : failing) {
            assertThat(outcome(first, it.customer())).as("%s", it).isEqualTo("REMOVED");
            for (Effect effect : Effect.values()) {
                assertThat(result(first, it.customer(), effect))
                        .as("%s, %s", it, effect)
                        .isEqualTo(shownBy(it.read()).contains(effect) ? "INCONCLUSIVE" : "CONFIRMED");
            }
        }

        readsAreRightAgain();
        standIn.clearRecords();
        Scene.Report second = runs(ExitCode.OK);
        failing.forEach(it -> offboarded(second, it.customer()));
        assertThat(standIn.writes()).isEmpty();
    }

    private static Set<Effect> shownBy(Endpoint read) {
        return switch (read) {
            case CUSTOMER_READ -> EnumSet.of(Effect.CUSTOMER_LIST, Effect.DELEGATED_ADMIN);
            case SUBSCRIPTION_LIST -> EnumSet.of(Effect.PURCHASING);
            case SUPPORT_CONTACT -> EnumSet.of(Effect.SUPPORT_CONTACT);
            default -> throw new IllegalArgumentException(read + " shows no effect");
        };
    }

    private static String result(Scene.Report report, CustomerBuilder customer, Effect effect) {
        return PartnerCenterScene.row(report, customer).get(effect.key()).asString();
    }

    // 19: PartnerCenter-PowerShell#49, #51
    @ParameterizedTest
    @CsvSource({"observe, NOT_READ", "verify, REMOVED"})
    void aTokenThatWasNotAcceptedWasTakenForGone(String step, String outcome) {
        CustomerBuilder customer = standIn.customer("Adatum").licence("E1", "active");
        night.listed(List.of(customer));

        Scene.Report first = runs(
                ExitCode.UNAVAILABLE,
                new WhenStepBegins(
                        step,
                        () -> Failure.TOKEN_NOT_ACCEPTED
                                .in(standIn.faults())
                                .on(Endpoint.CUSTOMER_READ, Endpoint.CUSTOMER_LIST)
                                .always()));

        assertThat(outcome(first, customer)).isEqualTo(outcome);
        for (Effect effect : Effect.values()) {
            assertThat(result(first, customer, effect)).isNotEqualTo("CONFIRMED");
        }
        if (step.equals("observe")) {
            untouched(customer);
        }

        readsAreRightAgain();
        offboarded(runs(ExitCode.OK), customer);
    }

    /** As this machine's, and ahead of it by as much as has been let pass. */
    private static final class PassingClock extends Clock {
        private volatile Duration ahead = Duration.ZERO;

        void pass(Duration time) {
            ahead = ahead.plus(time);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return Clock.offset(Clock.system(zone), ahead);
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead);
        }
    }

    private enum Change {
        ADVISOR {
            @Override
            void of(CustomerBuilder customer) {
                customer.relationship("advisor");
            }
        },
        RENAMED {
            @Override
            void of(CustomerBuilder customer) {
                customer.renamed("Somebody Else").domain("somebodyelse.onmicrosoft.com");
            }
        },
        RESERVATION {
            @Override
            void of(CustomerBuilder customer) {
                customer.reservation("VM", true);
            }
        };

        abstract void of(CustomerBuilder customer);
    }

    // 27: what was decided on more than ten minutes ago is looked at again; right before a removal in any case
    @ParameterizedTest
    @CsvSource({
        "suspend, 11, ADVISOR, NOT_A_RESELLER_CUSTOMER, NEEDS_ATTENTION",
        "suspend, 11, RENAMED, IDENTITY_MISMATCH, NEEDS_ATTENTION",
        "suspend, 11, RESERVATION, RESERVED_INSTANCE, OK",
        // active, and not there when this program first wrote to the customer
        "remove, 11, RESERVATION, REACTIVATED, NEEDS_ATTENTION",
        "remove, 0, ADVISOR, NOT_A_RESELLER_CUSTOMER, NEEDS_ATTENTION",
        "remove, 0, RENAMED, IDENTITY_MISMATCH, NEEDS_ATTENTION"
    })
    void theCustomerBecameAnotherBetweenTheSteps(String step, int minutes, Change change, String hold, ExitCode exit) {
        CustomerBuilder customer =
                standIn.customer("Adatum").licence("E1", "active").gdap("Support", "active");
        CustomerBuilder plain = standIn.customer("Plain").licence("E1", "active");
        night.listed(List.of(customer, plain));
        PassingClock clock = new PassingClock();

        RunResult result = night.loaded(
                        Mode.RUN,
                        new WhenStepBegins(step, () -> {
                            clock.pass(Duration.ofMinutes(minutes));
                            change.of(customer);
                        }),
                        clock)
                .start();

        assertThat(result.exitCode()).isEqualTo(exit);
        Scene.Report report = Scene.report(result);
        assertThat(outcome(report, customer)).isEqualTo("HELD " + hold);
        boolean suspended = step.equals("remove");
        assertThat(standIn.status(customer.idOf("E1"))).isEqualTo(suspended ? "suspended" : "active");
        assertThat(standIn.writes()).noneMatch(it -> it.path().endsWith("/v1/customers/" + customer.id()));
        assertThat(standIn.gdapStatus(customer.idOf("Support"))).isEqualTo("active");
        offboarded(report, plain);
    }

    /** What a box in between does with a removal: passes it on and hides the answer, or answers itself. */
    private record Box(InjectedFault fault, int status) {
        List<String> removals() {
            return fault == InjectedFault.BOX_AFTER ? List.of("LOST") : List.of("LOST", "DONE");
        }
    }

    // 42: terraform-provider-sentry#844
    @Test
    void aBoxInBetweenAnsweredTheRemovalWithAPageOfItsOwn() {
        List<Box> boxes = List.of(
                new Box(InjectedFault.BOX_AFTER, 403),
                new Box(InjectedFault.BOX_AFTER, 302),
                new Box(InjectedFault.BOX_AFTER, 404),
                new Box(InjectedFault.BOX_BEFORE, 403),
                new Box(InjectedFault.BOX_BEFORE, 200));
        List<CustomerBuilder> customers = new ArrayList<>();
        for (Box box : boxes) {
            CustomerBuilder customer = standIn.customer(box.fault() + " " + box.status())
                    .licence("E1", "active")
                    .gdap("Support", "active");
            standIn.faults()
                    .inject(box.fault())
                    .on(Endpoint.CUSTOMER_WRITE)
                    .about(customer.id())
                    .answering(box.status(), 0)
                    .once();
            customers.add(customer);
        }
        night.with("limits.max-share", "100%").listed(customers);

        Scene.Report report = runs(ExitCode.OK);

        for (int i = 0; i < boxes.size(); i++) {
            CustomerBuilder customer = customers.get(i);
            offboarded(report, customer);
            assertThat(standIn.gdapStatus(customer.idOf("Support")))
                    .as(customer.companyName())
                    .isEqualTo("terminated");
            assertThat(report.table("actions.csv"))
                    .as(customer.companyName())
                    .filteredOn(row ->
                            "REMOVE".equals(row.get("action")) && customer.id().equals(row.get("target")))
                    .extracting(row -> row.get("result"))
                    .isEqualTo(boxes.get(i).removals());
        }
    }

    // 42: its effect shows only the next night, when nobody remembers an answer
    @Test
    void aRemovalThatABoxHidFromUsIsStillOurs() {
        CustomerBuilder customer =
                standIn.customer("Adatum").licence("E1", "active").gdap("Support", "active");
        // passed on, answered by the box, and every read of it afterwards is answered by the box, too
        standIn.faults()
                .inject(InjectedFault.BOX_AFTER)
                .on(Endpoint.CUSTOMER_WRITE)
                .about(customer.id())
                .answering(403, 0)
                .once();
        Progress thenTheBox = new WhenStepBegins(
                "remove",
                () -> standIn.faults()
                        .inject(InjectedFault.BOX_BEFORE)
                        .on(Endpoint.CUSTOMER_READ)
                        .about(customer.id())
                        .answering(403, 0)
                        .after(1)
                        .always());
        night.listed(List.of(customer));

        Scene.Report first = runs(ExitCode.NEEDS_ATTENTION, thenTheBox);
        assertThat(outcome(first, customer)).isEqualTo("FAILED");
        standIn.faults().clear();
        Scene.Report second = runs(ExitCode.OK);

        assertThat(standIn.gdapStatus(customer.idOf("Support"))).isEqualTo("terminated");
        assertThat(outcome(second, customer)).contains("OFFBOARDED");
        assertThat(second.actions()).containsExactly("TERMINATE_GDAP " + customer.idOf("Support"));
        assertThat(second.text("events.jsonl")).doesNotContain("never offboarded");
    }

    // 33
    @Test
    void aListOfThreeHundredInsteadOfThirtyWasStoppedAndStayedLoadedAndBlockedEveryLaterNight() {
        List<CustomerBuilder> many = new ArrayList<>();
        for (int n = 0; n < 300; n++) {
            many.add(standIn.customer("Customer %03d".formatted(n)).licence("E1", "active"));
        }
        night.with("limits.max-customers", "30").with("limits.max-share", "100%");
        // whose offboarding began in an earlier night: it counts no more, and stays as it is
        CustomerBuilder begun = standIn.customer("Begun").licence("E1", "active");
        night.with("grace-period", "30d").listed(List.of(begun));
        assertThat(outcome(runs(ExitCode.OK), begun)).isEqualTo("SUSPENDED GRACE_PERIOD");
        night.with("grace-period", "0d").listed(many);
        int writes = standIn.writes().size();

        Scene.Report report = runs(ExitCode.STOPPED_BY_LIMIT);

        assertThat(report.json().get("stop_message").asString())
                .contains("and 300 from tonight's list")
                .contains("take it away");
        assertThat(standIn.writes()).hasSize(writes);
        assertThat(report.total("rows", "accepted")).isEqualTo(300);
        many.forEach(it -> assertThat(outcome(report, it)).isEqualTo("PLANNED"));
        assertThat(night.scene.inboxFiles()).containsExactly("archive/list-1.csv", "list-2.csv");
        assertThat(night.scene.count("offboarding.offboarding_case")).isEqualTo(1);

        // taking the file away is enough
        assertThat(night.scene.inbox().resolve("list-2.csv").toFile().delete()).isTrue();
        night.listed(many.subList(0, 2));
        Scene.Report next = runs(ExitCode.OK);
        assertThat(next.total("customers", "total")).isEqualTo(3);
        many.subList(0, 2).forEach(it -> offboarded(next, it));
        many.subList(2, 300).forEach(this::untouched);
    }

    private void standingFile(CustomerBuilder... customers) {
        StringBuilder csv = new StringBuilder("Microsoft ID,Company name,Primary domain name\n");
        for (CustomerBuilder it : customers) {
            csv.append("%s,%s,%s\n".formatted(it.id(), it.companyName(), it.domain()));
        }
        Path file = night.scene.folder().resolve("offboard.csv");
        night.scene.write(file, csv.toString().getBytes(StandardCharsets.UTF_8));
        night.scene.without("list.csv.inbox").with("list.csv.file", file.toString());
    }

    // 29, 45
    @Test
    void aRowForSomebodyElseListedEverybodyAgainAndOneThatWasGoneAndIsBackNobody() {
        CustomerBuilder back = standIn.customer("Back").licence("E1", "active");
        CustomerBuilder other = standIn.customer("Other").licence("E1", "active");
        CustomerBuilder appended = standIn.customer("Appended").licence("E1", "active");
        standingFile(back, other);
        offboarded(runs(ExitCode.OK), back);
        standIn.reestablish(back.id());

        standingFile(back, other, appended);
        Scene.Report longer = runs(ExitCode.NEEDS_ATTENTION);

        offboarded(longer, appended);
        assertThat(outcome(longer, back)).isEqualTo("RE_ESTABLISHED");
        assertThat(standIn.relationship(back.id())).isEqualTo("reseller");

        standingFile(other, appended);
        runs(ExitCode.OK);
        assertThat(standIn.relationship(back.id())).isEqualTo("reseller");

        standingFile(back, other, appended);
        offboarded(runs(ExitCode.OK), back);
    }
}

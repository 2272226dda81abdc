package dev.offboarding.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.cases.OffboardingCase.Stage;
import dev.offboarding.database.TestDatabase;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Effect;
import dev.offboarding.platform.EffectReading;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Subscription.Status;
import java.time.Instant;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class CasesTest {

    private static final String RUN = "20260615T013000Z-1";
    private static final UUID ID = UUID.fromString("0b1c2d3e-1111-4222-8333-444455556666");
    private static final Instant NOW = Instant.parse("2026-06-15T01:30:00.123456Z");

    private TestDatabase database;
    private JdbcTemplate jdbc;
    private Cases cases;

    @BeforeEach
    void aRunWithACase() {
        database = TestDatabase.create();
        jdbc = new JdbcTemplate(database.dataSource());
        cases = new Cases(jdbc, RUN, true);
        open(1, ID);
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private void open(long position, UUID customer) {
        jdbc.update("""
                with opened as (
                  insert into offboarding.offboarding_case
                    (platform, job, customer_id, state, source, line, others, contents, opened_at, opened_run)
                  values ('ledger', 'nightly', ?, 'MARKED', 'list.csv', 2, '{}', '', now(), ?) returning *
                ), listing as (
                  insert into offboarding.run_listing
                    (run_id, position, source, line, company_name, domain, effective_date, others, contents)
                  select opened_run, ?, source, line, 'Contoso', 'contoso.example', '2026-06-01', others, contents from opened
                )
                insert into offboarding.run_case
                  (run_id, position, customer_id, case_id, next_step, listed, listed_anew, state, outcome)
                select opened_run, ?, customer_id, case_id, 'observe', listed, true, state, 'PLANNED' from opened
                """, customer, RUN, position, position);
    }

    private OffboardingCase stored() {
        return cases.of(List.of(ID)).get(0);
    }

    private Map<String, Object> row() {
        return jdbc.queryForMap("select * from offboarding.offboarding_case where customer_id = ?", ID);
    }

    private static Subscription subscription(String id) {
        return new Subscription(
                id,
                "Büro \"365\"\n",
                Kind.NEW_COMMERCE,
                "new_commerce",
                Status.UNKNOWN,
                "zzz",
                LocalDate.of(2027, 5, 31),
                NOW,
                true,
                "p",
                0);
    }

    private String everything() {
        return String.join(
                "\n",
                jdbc.queryForList(
                        "select to_json(c)::text from offboarding.offboarding_case c order by case_id", String.class));
    }

    @Test
    void aCaseIsReadBackAsItWasStored() {
        OffboardingCase c = stored();
        assertThat(c.listing().row().companyName()).isEqualTo("Contoso");
        assertThat(c.listing().row().effectiveDate()).isEqualTo(LocalDate.of(2026, 6, 1));
        assertThat(c.listing().listedAnew()).isTrue();
        Subscription held = subscription("s");
        Hold hold = new Hold(HoldReason.UNKNOWN_STATUS, null, "line\nbreak, \"quote\", 'quote', \\ and 😀");
        Hold wait = new Hold(HoldReason.TERM_COMMITMENT, LocalDate.of(2027, 6, 1), "committed");
        Map<Effect, EffectReading> effects = new EnumMap<>(Effect.class);
        effects.put(Effect.PURCHASING, new EffectReading(EffectReading.Result.PENDING, NOW, "1 row"));
        c.seen(List.of(held), Set.of());
        c.hold(List.of(hold, wait));
        c.planned = List.of(new PlannedWrite(Action.SUSPEND, "s"));
        c.suspendedIds.addAll(List.of("x,\"y\"", "{z}"));
        c.effects = effects;
        c.nextLook = LocalDate.of(2026, 6, 22);
        c.activeBefore = 5;
        c.suspended = 2;
        c.cancelled = 1;
        c.failed = 1;
        c.suspendedAt = NOW;
        c.removedAt = NOW.plusSeconds(1);
        c.firstLookAt = NOW.plusSeconds(2);
        c.nextLookAt = NOW.plusSeconds(3);
        c.holdSince = NOW.minusSeconds(4);
        cases.save(List.of(c), NOW);

        assertThat(stored())
                .usingRecursiveComparison()
                .ignoringFields("holdings", "holdingsJson", "stored")
                .isEqualTo(c);
    }

    @Test
    void whatACustomerHeldWhenItWasSeenStaysAsItWasThroughTheLaterSteps() {
        OffboardingCase observed = stored();
        observed.seen(List.of(subscription("s")), Set.of());
        observed.plan(List.of(new PlannedWrite(Action.SUSPEND, "s")));
        cases.save(List.of(observed), NOW);
        String seen = jdbc.queryForObject(
                "select holdings::text from offboarding.run_case_row where customer_id = ?", String.class, ID);
        assertThat(seen).contains("\"id\":\"s\"");

        OffboardingCase later = stored();
        later.becomeSuspended(NOW);
        cases.save(List.of(later), NOW);

        assertThat(jdbc.queryForObject(
                        "select holdings::text from offboarding.run_case_row where customer_id = ?", String.class, ID))
                .isEqualTo(seen);
    }

    @Test
    void aCaseInWhichNothingHasChangedIsNotWrittenAgain() {
        OffboardingCase c = stored();
        c.plan(List.of(new PlannedWrite(Action.REMOVE, ID.toString())));
        String before = version();
        cases.save(List.of(c), NOW);
        assertThat(version()).isEqualTo(before);

        c.becomeSuspended(NOW);
        cases.save(List.of(c), NOW);
        assertThat(version()).isNotEqualTo(before);
    }

    private String version() {
        return String.valueOf(jdbc.queryForMap(
                "select ctid::text, xmin::text from offboarding.offboarding_case where customer_id = ?", ID));
    }

    @Test
    void theCaseShowsTheFirstOfItsHolds() {
        OffboardingCase c = stored();
        c.hold(List.of(
                new Hold(HoldReason.UNKNOWN_STATUS, null, "unknown"),
                new Hold(HoldReason.TERM_COMMITMENT, LocalDate.of(2027, 6, 1), "committed")));
        cases.save(List.of(c), NOW);

        assertThat(row())
                .containsEntry("hold_reason", "UNKNOWN_STATUS")
                .containsEntry("hold_until", null)
                .containsEntry("closed_at", null);
    }

    @Test
    void aCaseThatIsOffboardedIsClosedWithItsOutcome() {
        OffboardingCase c = stored();
        c.becomeRemoved(NOW, NOW);
        c.state = CaseState.OFFBOARDED;
        c.outcome = CaseOutcome.OFFBOARDED;
        cases.save(List.of(c), NOW);

        assertThat(row())
                .containsEntry("state", "OFFBOARDED")
                .containsEntry("closed_as", "OFFBOARDED")
                .containsEntry("closed_run", RUN);
        assertThat(row().get("closed_at")).isNotNull();
        assertThat(cases.offboardedBefore(PlatformName.LEDGER, List.of(ID))).containsExactly(ID);
        assertThat(cases.offboardedBefore(PlatformName.PARTNER_CENTER, List.of(ID)))
                .isEmpty();
    }

    @Test
    void aPlanLeavesTheCaseAsItWas() {
        String before = everything();
        Cases ofAPlan = new Cases(jdbc, RUN, false);
        OffboardingCase c = stored();
        c.becomeSuspended(NOW);
        ofAPlan.save(List.of(c), NOW);

        assertThat(everything()).isEqualTo(before);
        assertThat(stored().state()).isEqualTo(CaseState.SUSPENDED);
    }

    @Test
    void aHoldThatWasReportedIsToBeReportedAgainOnceItIsNew() {
        jdbc.update("update offboarding.offboarding_case set hold_reported = true");
        OffboardingCase c = stored();
        cases.save(List.of(c), NOW);
        assertThat(row()).containsEntry("hold_reported", true);

        c.hold(List.of(new Hold(HoldReason.PROTECTED, null, "protected")));
        cases.save(List.of(c), NOW);
        assertThat(row()).containsEntry("hold_reported", false);
    }

    @Test
    void casesWaitForTheirStepInTheOrderOfTheirPositions() {
        UUID second = UUID.randomUUID();
        UUID third = UUID.randomUUID();
        open(3, third);
        open(2, second);

        assertThat(cases.waitingFor(Stage.OBSERVE, 0, 2))
                .extracting(OffboardingCase::customerId)
                .containsExactly(ID, second);
        assertThat(cases.waitingFor(Stage.OBSERVE, 2, 2))
                .extracting(OffboardingCase::customerId)
                .containsExactly(third);
        assertThat(cases.countWaitingFor(Stage.OBSERVE)).isEqualTo(3);
        assertThat(cases.countWaitingFor(Stage.REMOVE)).isZero();
    }

    @Test
    void theEffectsThatAreDueAreLookedAtTheLongestWaitingFirst() {
        UUID second = UUID.randomUUID();
        UUID atOnce = UUID.randomUUID();
        open(2, second);
        open(3, atOnce);
        assertThat(cases.nextVerification()).isNull();

        OffboardingCase first = stored();
        first.becomeRemoved(NOW, NOW.plusSeconds(10));
        OffboardingCase other = cases.of(List.of(second)).get(0);
        other.becomeRemoved(NOW, NOW.plusSeconds(5));
        cases.save(List.of(first, other), NOW);
        assertThat(cases.nextVerification()).isEqualTo(NOW.plusSeconds(5));
        OffboardingCase gone = cases.of(List.of(atOnce)).get(0);
        gone.alreadyGone("none", NOW);
        cases.save(List.of(gone), NOW);
        assertThat(cases.nextVerification()).isEqualTo(Instant.EPOCH);

        assertThat(cases.dueForVerification(NOW.plusSeconds(5))).containsExactly(gone.position(), other.position());
        assertThat(cases.dueForVerification(NOW.plusSeconds(10)))
                .containsExactly(gone.position(), other.position(), first.position());
        assertThat(cases.at(List.of(gone.position(), other.position())))
                .extracting(OffboardingCase::customerId)
                .containsExactly(second, atOnce);
    }

    @Test
    void aCaseFarBehindTheOthersIsFoundNevertheless() {
        UUID far = UUID.randomUUID();
        open(1_000, far);

        assertThat(cases.waitingFor(Stage.OBSERVE, Long.MIN_VALUE, 10))
                .extracting(OffboardingCase::customerId)
                .containsExactly(ID);
        assertThat(cases.waitingFor(Stage.OBSERVE, 1, 10))
                .extracting(OffboardingCase::customerId)
                .containsExactly(far);
        assertThat(cases.waitingFor(Stage.OBSERVE, 1_000, 10)).isEmpty();
        assertThat(cases.waitingFor(Stage.REMOVE, 0, 10)).isEmpty();
    }

    @Test
    void nothingToSaveIsNothing() {
        String before = everything();
        cases.save(List.of(), NOW);
        assertThat(everything()).isEqualTo(before);
    }
}

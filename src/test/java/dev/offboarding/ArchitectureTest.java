package dev.offboarding;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every line of code knows its room, and data goes one way. */
class ArchitectureTest {

    private static JavaClasses house;

    @BeforeAll
    static void enter() {
        house = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.offboarding");
    }

    private static String room(String name) {
        return "dev.offboarding." + name + "..";
    }

    private static String[] rooms(String... names) {
        String[] rooms = new String[names.length];
        for (int i = 0; i < names.length; i++) {
            rooms[i] = room(names[i]);
        }
        return rooms;
    }

    /** What is ours, but not in these rooms. */
    private static DescribedPredicate<JavaClass> oursOutside(String... packages) {
        return resideInAPackage("dev.offboarding..")
                .and(resideOutsideOfPackages(packages))
                .as("ours outside %s", String.join(", ", packages));
    }

    @Test
    void everyRoomIsThere() {
        assertThat(house.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
                .contains(
                        "dev.offboarding.command",
                        "dev.offboarding.schedule",
                        "dev.offboarding.metrics",
                        "dev.offboarding.run",
                        "dev.offboarding.runs",
                        "dev.offboarding.jobfile",
                        "dev.offboarding.lists",
                        "dev.offboarding.approvals",
                        "dev.offboarding.cases",
                        "dev.offboarding.plan",
                        "dev.offboarding.platform",
                        "dev.offboarding.platform.ledger",
                        "dev.offboarding.platform.partnercenter",
                        "dev.offboarding.audit",
                        "dev.offboarding.report",
                        "dev.offboarding.notice",
                        "dev.offboarding.database");
    }

    @Test
    void nothingBelowImportsCommandScheduleOrRun() {
        noClasses()
                .that(resideOutsideOfPackages("dev.offboarding", room("command")))
                .should()
                .dependOnClassesThat(resideInAPackage(room("command")))
                .check(house);
        noClasses()
                .that(resideOutsideOfPackages(rooms("command", "schedule")))
                .and(resideInAPackage("dev.offboarding.*.."))
                .should()
                .dependOnClassesThat(resideInAPackage(room("schedule")))
                .check(house);
        noClasses()
                .that(resideOutsideOfPackages(rooms("command", "schedule", "run")))
                .and(resideInAPackage("dev.offboarding.*.."))
                .should()
                .dependOnClassesThat(resideInAPackage(room("run")))
                .check(house);
    }

    @Test
    void theMainClassKnowsTheCommandLineAlone() {
        classes()
                .that()
                .resideInAPackage("dev.offboarding")
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("dev.offboarding", room("command"), "java..", "org.jspecify.."))
                .check(house);
    }

    @Test
    void onlyThoseOnTopImportTheJobFile() {
        noClasses()
                .that(resideOutsideOfPackages(rooms("command", "schedule", "run", "jobfile")))
                .should()
                .dependOnClassesThat(resideInAPackage(room("jobfile")))
                .check(house);
    }

    @Test
    void theJobFileImportsSettingsAlone() {
        noClasses()
                .that(resideInAPackage(room("jobfile")))
                .should()
                .dependOnClassesThat(oursOutside(rooms("jobfile", "lists", "plan", "platform", "notice", "kit")))
                .check(house);
        // settings, and the words that they are written in; no room's work
        classes()
                .that(resideInAnyPackage(rooms("lists", "plan", "platform", "notice")))
                .and(DescribedPredicate.describe(
                        "are used by the job file",
                        (JavaClass type) -> type.getDirectDependenciesToSelf().stream()
                                .anyMatch(
                                        use -> resideInAPackage(room("jobfile")).test(use.getOriginClass()))))
                .should()
                .beRecords()
                .orShould()
                .beEnums()
                .check(house);
    }

    @Test
    void planAndCasesKnowNoPlatformAdapter() {
        noClasses()
                .that(resideInAnyPackage(rooms("plan", "cases")))
                .should()
                .dependOnClassesThat(resideInAPackage("dev.offboarding.platform.*.."))
                .check(house);
    }

    @Test
    void thePortKnowsNoAdapterAndNoOtherRoom() {
        noClasses()
                .that()
                .resideInAPackage("dev.offboarding.platform")
                .should()
                .dependOnClassesThat(oursOutside("dev.offboarding.platform"))
                .check(house);
    }

    @Test
    void anAdapterKnowsThePortAndNothingBesideIt() {
        for (String adapter : Set.of("dev.offboarding.platform.ledger..", "dev.offboarding.platform.partnercenter..")) {
            noClasses()
                    .that(resideInAPackage(adapter))
                    .should()
                    .dependOnClassesThat(oursOutside("dev.offboarding.platform", adapter, room("kit")))
                    .check(house);
        }
    }

    @Test
    void whatStandsBelowImportsNothingFromAbove() {
        noClasses()
                .that(resideInAnyPackage(rooms(
                        "approvals", "audit", "report", "runs", "lists", "database", "cases", "plan", "platform")))
                .should()
                .dependOnClassesThat(resideInAnyPackage(rooms("run", "metrics", "schedule", "command", "jobfile")))
                .check(house);
    }

    @Test
    void noticesKnowNoOtherRoom() {
        noClasses()
                .that(resideInAPackage(room("notice")))
                .should()
                .dependOnClassesThat(oursOutside(rooms("notice", "kit")))
                .check(house);
    }

    @Test
    void aPlanIsAFunctionOfValues() {
        noClasses()
                .that(resideInAPackage(room("plan")))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "java.sql..",
                                "javax.sql..",
                                "java.io..",
                                "java.nio..",
                                "java.net..",
                                "java.util.concurrent..",
                                "org.slf4j..",
                                "tools.jackson..")
                        .as("that do I/O"))
                .check(house);
        noClasses()
                .that(resideInAPackage(room("plan")))
                .should()
                // its settings say what they are when nothing is written, by annotations and no more
                .dependOnClassesThat(resideInAPackage("org.springframework..")
                        .and(resideOutsideOfPackages("org.springframework.boot.context.properties.bind..")))
                .orShould()
                .dependOnClassesThat(resideInAPackage("org.springframework..")
                        .and(DescribedPredicate.not(
                                DescribedPredicate.describe("annotations", JavaClass::isAnnotation))))
                .check(house);
    }

    @Test
    void aPlanDoesNotAskWhatTimeItIs() {
        noClasses()
                .that(resideInAPackage(room("plan")))
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.time.Clock")
                .orShould()
                .callMethodWhere(DescribedPredicate.describe(
                        "asks for the time, or for chance", call -> asksForTimeOrChance(call.getTarget())))
                .check(house);
    }

    /** Values in, text out: they are few, and read by machines that keep them for years. */
    @Test
    void figuresKnowNoOtherRoom() {
        noClasses()
                .that(resideInAPackage(room("metrics")))
                .should()
                .dependOnClassesThat(oursOutside(rooms("metrics", "kit")))
                .check(house);
    }

    @Test
    void runsKnowWhatIsBelowThemAlone() {
        noClasses()
                .that(resideInAPackage(room("runs")))
                .should()
                .dependOnClassesThat(
                        oursOutside(rooms("runs", "audit", "cases", "lists", "plan", "platform", "database", "kit")))
                .orShould()
                .dependOnClassesThat(resideInAPackage("dev.offboarding.platform.*.."))
                .check(house);
        noClasses()
                .that(resideInAnyPackage(
                        rooms("audit", "cases", "lists", "plan", "platform", "database", "notice", "metrics", "kit")))
                .should()
                .dependOnClassesThat(resideInAPackage(room("runs")))
                .check(house);
    }

    private static boolean asksForTimeOrChance(AccessTarget.MethodCallTarget target) {
        return Set.of(
                        "now",
                        "currentTimeMillis",
                        "nanoTime",
                        "random",
                        "randomUUID",
                        "systemDefault",
                        "getenv",
                        "getProperty")
                .contains(target.getName());
    }

    /** What lies where reports, figures, taken lists and keys are kept may be a pipe by now, or without an end. */
    @Test
    void whatTheProgramOnceWroteIsReadAsARegularFileWithALimit() {
        noClasses()
                .that(resideInAnyPackage(rooms("report", "metrics", "lists", "platform", "notice")))
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "reads a file as it comes",
                        call -> call.getTargetOwner().isEquivalentTo(java.nio.file.Files.class)
                                && Set.of(
                                                "newInputStream",
                                                "readString",
                                                "readAllBytes",
                                                "readAllLines",
                                                "newBufferedReader",
                                                "newByteChannel",
                                                "lines",
                                                "copy")
                                        .contains(call.getTarget().getName())))
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(
                        java.io.FileInputStream.class,
                        java.io.FileReader.class,
                        java.io.RandomAccessFile.class,
                        java.util.Scanner.class)
                .check(house);
    }

    /** Ground: whoever stands on it, it carries no other room. */
    @Test
    void theKitKnowsNoOtherRoom() {
        noClasses()
                .that(resideInAPackage(room("kit")))
                .should()
                .dependOnClassesThat(oursOutside(room("kit")))
                .check(house);
    }

    @Test
    void roomsDoNotImportEachOtherInACircle() {
        slices().matching("dev.offboarding.(**)").should().beFreeOfCycles().check(house);
    }

    @Test
    void everyPackageSaysWhatMayBeNull() {
        Set<JavaPackage> packages = house.stream().map(JavaClass::getPackage).collect(Collectors.toSet());

        assertThat(packages)
                .hasSizeGreaterThan(10)
                .allSatisfy(one -> assertThat(one.isAnnotatedWith(NullMarked.class))
                        .as("%s has a package-info with @NullMarked", one.getName())
                        .isTrue());
    }

    @Test
    void nobodyReadsTheWallClockBehindTheBackOfTheOneThatIsPassedIn() {
        // the embedded server names folders and locks by the machine's own time; no case depends on that
        noClasses()
                .that(resideOutsideOfPackages(rooms("command", "database")))
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(java.time.LocalDate.class, "now")
                .orShould()
                .callMethod(java.time.LocalDateTime.class, "now")
                .orShould()
                .callMethod(java.time.ZonedDateTime.class, "now")
                .orShould()
                .callMethod(java.time.OffsetDateTime.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(house);
    }
}

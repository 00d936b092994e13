package dev.rejoinder.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.rejoinder", importOptions = DoNotIncludeTests.class)
class StandaloneArchitectureTest {
    @ArchTest
    static final ArchRule ONLY_THE_DEMO_KNOWS_THE_SIMULATED_USERS =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "dev.rejoinder.testkit..",
                            "dev.rejoinder.standalone.demo..",
                            "dev.rejoinder.standalone.cli..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.rejoinder.testkit.users..");

    @ArchTest
    static final ArchRule NO_SERVICE_KNOWS_STANDALONE =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.rejoinder.standalone..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.rejoinder.standalone..");

    @ArchTest
    static final ArchRule THE_DEMO_SPEAKS_TO_SERVICES_ONLY_FROM_OUTSIDE =
            noClasses()
                    .that()
                    .resideInAPackage("dev.rejoinder.standalone.demo..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.rejoinder.inference..",
                            "dev.rejoinder.signals..",
                            "dev.rejoinder.reward..",
                            "dev.rejoinder.preferences..",
                            "dev.rejoinder.trainer..",
                            "dev.rejoinder.registry..");

    @ArchTest
    static final ArchRule PACKAGES_BELOW_DO_NOT_KNOW_THE_COMMAND_LINE =
            classes()
                    .that()
                    .resideInAPackage("dev.rejoinder.standalone.cli..")
                    .should()
                    .onlyHaveDependentClassesThat()
                    .resideInAnyPackage(
                            "dev.rejoinder.standalone", "dev.rejoinder.standalone.cli..");
}

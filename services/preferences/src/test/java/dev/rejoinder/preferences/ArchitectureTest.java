package dev.rejoinder.preferences;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "dev.rejoinder.preferences",
        importOptions = {ImportOption.DoNotIncludeTests.class})
class ArchitectureTest {
    @ArchTest
    static final ArchRule dependsOnNoOtherService =
            noClasses()
                    .that()
                    .resideInAPackage("dev.rejoinder.preferences..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.rejoinder.inference..",
                            "dev.rejoinder.signals..",
                            "dev.rejoinder.reward..",
                            "dev.rejoinder.trainer..",
                            "dev.rejoinder.registry..",
                            "dev.rejoinder.standalone..",
                            "dev.rejoinder.testkit..");

    @ArchTest
    static final ArchRule theDomainKnowsNoTechnology =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "dev.rejoinder.preferences.mining",
                            "dev.rejoinder.preferences.curation",
                            "dev.rejoinder.preferences.export")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.grpc..",
                            "io.quarkus..",
                            "io.micrometer..",
                            "io.smallrye..",
                            "jakarta..",
                            "java.sql..",
                            "org.apache.kafka..",
                            "org.jdbi..",
                            "dev.rejoinder.kernel.kafka..",
                            "dev.rejoinder.kernel.jdbc..",
                            "dev.rejoinder.kernel.grpc..",
                            "dev.rejoinder.preferences.mining.*..");

    @ArchTest
    static final ArchRule whatTextsTellNeedsNoMining =
            noClasses()
                    .that()
                    .resideInAPackage("dev.rejoinder.preferences.curation..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.rejoinder.preferences.mining..");
}

package dev.rejoinder.inference;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "dev.rejoinder.inference",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "dev.rejoinder.inference";

    @ArchTest
    static final ArchRule dependsOnNoOtherService =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.rejoinder.signals..",
                            "dev.rejoinder.reward..",
                            "dev.rejoinder.preferences..",
                            "dev.rejoinder.trainer..",
                            "dev.rejoinder.registry..",
                            "dev.rejoinder.standalone..",
                            "dev.rejoinder.testkit..");

    @ArchTest
    static final ArchRule featuresArePure =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            ROOT + ".chat",
                            ROOT + ".conversation",
                            ROOT + ".recording",
                            ROOT + ".routing",
                            ROOT + ".schedule")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.quarkus..",
                            "io.vertx..",
                            "io.grpc..",
                            "io.micrometer..",
                            "jakarta..",
                            "org.apache.kafka..",
                            "ai.djl..",
                            "com.fasterxml..");

    @ArchTest
    static final ArchRule theEngineIsReachedThroughItsContractOnly =
            noClasses().should().dependOnClassesThat().resideInAPackage("dev.rejoinder.lm.djl..");

    @ArchTest
    static final ArchRule onlyTheEdgesKnowVertx =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(ROOT + ".chat.http", ROOT + ".chat.grpc")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.vertx..");
}

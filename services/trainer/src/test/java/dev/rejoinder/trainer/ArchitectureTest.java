package dev.rejoinder.trainer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "dev.rejoinder.trainer",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule noOtherServiceIsUsed =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.rejoinder.inference..",
                            "dev.rejoinder.signals..",
                            "dev.rejoinder.reward..",
                            "dev.rejoinder.preferences..",
                            "dev.rejoinder.registry..",
                            "dev.rejoinder.standalone..",
                            "dev.rejoinder.testkit..");

    @ArchTest
    static final ArchRule featuresKnowNoTechnology =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "dev.rejoinder.trainer.loss",
                            "dev.rejoinder.trainer.dataset",
                            "dev.rejoinder.trainer.run",
                            "dev.rejoinder.trainer.evaluate",
                            "dev.rejoinder.trainer.satisfaction",
                            "dev.rejoinder.trainer.trigger")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.grpc..",
                            "io.quarkus..",
                            "jakarta..",
                            "org.apache.kafka..",
                            "org.jdbi..",
                            "ai.djl..",
                            "dev.rejoinder.lm.djl..",
                            "..grpc..",
                            "..jdbc..",
                            "..kafka..");

    @ArchTest
    static final ArchRule lossesKnowOnlyNumbers =
            noClasses()
                    .that()
                    .resideInAPackage("dev.rejoinder.trainer.loss")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.rejoinder.trainer.dataset..",
                            "dev.rejoinder.trainer.run..",
                            "dev.rejoinder.trainer.evaluate..",
                            "dev.rejoinder.trainer.trigger..");
}

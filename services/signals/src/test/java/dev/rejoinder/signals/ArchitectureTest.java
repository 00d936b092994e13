package dev.rejoinder.signals;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "dev.rejoinder.signals",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule THE_SERVICE_DEPENDS_ON_NO_OTHER_SERVICE =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.rejoinder.inference..",
                            "dev.rejoinder.reward..",
                            "dev.rejoinder.preferences..",
                            "dev.rejoinder.trainer..",
                            "dev.rejoinder.registry..",
                            "dev.rejoinder.standalone..");

    @ArchTest
    static final ArchRule FEATURES_KNOW_NO_TECHNOLOGY =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "dev.rejoinder.signals.detect",
                            "dev.rejoinder.signals.join",
                            "dev.rejoinder.signals.train")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.rejoinder.proto..",
                            "dev.rejoinder.signals.proto..",
                            "dev.rejoinder.lm.djl..",
                            "org.apache.kafka..",
                            "org.jdbi..",
                            "io.grpc..",
                            "io.quarkus..",
                            "jakarta..");

    @ArchTest
    static final ArchRule THE_SERVICE_NEEDS_NOTHING_OF_TRAINING =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.rejoinder.signals.train..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.rejoinder.signals.train..");
}

package dev.rejoinder.reward;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "dev.rejoinder.reward",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule THE_SERVICE_DEPENDS_ON_NO_OTHER_SERVICE =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.rejoinder.inference..",
                            "dev.rejoinder.signals..",
                            "dev.rejoinder.preferences..",
                            "dev.rejoinder.trainer..",
                            "dev.rejoinder.registry..",
                            "dev.rejoinder.standalone..");

    @ArchTest
    static final ArchRule FEATURES_KNOW_NO_TECHNOLOGY =
            noClasses()
                    .that()
                    .resideInAnyPackage("dev.rejoinder.reward.flr", "dev.rejoinder.reward.turns")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.rejoinder.proto.reward..",
                            "dev.rejoinder.reward.proto..",
                            "dev.rejoinder.lm.djl..",
                            "org.apache.kafka..",
                            "io.grpc..",
                            "io.quarkus..",
                            "jakarta..");
}

package dev.rejoinder.registry;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.rejoinder.registry");

    @Test
    void theRegistryDependsOnNoOtherServiceAndOnNoTestKit() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.rejoinder.inference..",
                        "dev.rejoinder.signals..",
                        "dev.rejoinder.reward..",
                        "dev.rejoinder.preferences..",
                        "dev.rejoinder.trainer..",
                        "dev.rejoinder.standalone..",
                        "dev.rejoinder.testkit..")
                .check(CLASSES);
    }

    @Test
    void versionsEvidenceAndRolloutsAreJavaAndRefusalsOnly() {
        classes()
                .that()
                .resideInAnyPackage(
                        "dev.rejoinder.registry.version",
                        "dev.rejoinder.registry.evidence",
                        "dev.rejoinder.registry.rollout")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "dev.rejoinder.kernel.error",
                        "dev.rejoinder.proto.errors.v1",
                        "dev.rejoinder.registry.version",
                        "dev.rejoinder.registry.evidence",
                        "dev.rejoinder.registry.rollout")
                .check(CLASSES);
    }
}

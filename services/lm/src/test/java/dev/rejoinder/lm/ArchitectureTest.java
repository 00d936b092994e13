package dev.rejoinder.lm;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.rejoinder.lm", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule onlyOnePackageKnowsTheEngine =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("..lm.djl..", "..lm.cdi..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "..lm.djl..",
                            "ai.djl",
                            "ai.djl.engine..",
                            "ai.djl.ndarray..",
                            "ai.djl.nn..",
                            "ai.djl.pytorch..",
                            "ai.djl.training..");

    @ArchTest
    static final ArchRule aLibraryHasOneDoor =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..lm.token..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("ai.djl.huggingface..");

    @ArchTest
    static final ArchRule templatesAreAConcernOfChat =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..lm.chat..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("com.hubspot..");

    @ArchTest
    static final ArchRule textAndFilesDoNotKnowHowAModelIsRunOrFetched =
            noClasses()
                    .that()
                    .resideInAnyPackage("..lm.read..", "..lm.token..", "..lm.chat..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "..lm.generate..", "..lm.score..", "..lm.train..", "..lm.store..");
}

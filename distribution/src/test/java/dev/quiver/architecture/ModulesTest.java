package dev.quiver.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Dependencies point down: a module names only modules below it, and no two packages need each other. */
@AnalyzeClasses(packages = "dev.quiver", importOptions = DoNotIncludeTests.class)
class ModulesTest {
    @ArchTest
    static final ArchRule aModuleNamesOnlyModulesBelowIt = classes().should(nameOnlyModulesBelow());

    @ArchTest
    static final ArchRule aModuleKeepsToItsOwnPackages = classes().should(liveInAPackageOfTheirModule());

    /** The root package is left out: the API may name its parts and its parts the API. */
    @ArchTest
    static final ArchRule noTwoPackagesOfTheEngineNeedEachOther =
            slices().matching("dev.quiver.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule noTwoPackagesInsideAModuleNeedEachOther =
            slices().matching("dev.quiver.(*).(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packagesAreNamedAfterASubjectAndNotAfterAKind = noClasses()
            .should()
            .resideInAnyPackage(
                    "..impl..", "..util..", "..utils..", "..model..", "..common..", "..helper..", "..misc..");

    /** Without this, a module missing from the class path, or a renamed package, would switch its rules off. */
    @ArchTest
    static void theRulesSeeEveryModuleThatHasCode(JavaClasses engine) throws IOException {
        for (Module module : Module.values()) {
            if (hasCode(Path.of("..", module.folder(), "src", "main", "java"))) {
                assertThat(engine.stream().filter(module.classes()))
                        .as("classes of %s that the rules see", module.folder())
                        .isNotEmpty();
            }
        }
    }

    private static boolean hasCode(Path sources) throws IOException {
        if (!Files.isDirectory(sources)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(sources)) {
            return files.map(file -> file.getFileName().toString())
                    .anyMatch(name -> name.endsWith(".java") && !name.equals("package-info.java"));
        }
    }

    private static ArchCondition<JavaClass> nameOnlyModulesBelow() {
        return new ArchCondition<>("name only modules below their own") {
            @Override
            public void check(JavaClass javaClass, ConditionEvents events) {
                Module from = Module.owning(javaClass.getPackageName());
                for (Dependency dependency : javaClass.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    if (Module.isOurs(target)) {
                        Module to = Module.owning(target.getPackageName());
                        events.add(new SimpleConditionEvent(
                                javaClass,
                                from.mayName(to),
                                "%s must not name %s: %s"
                                        .formatted(from.folder(), to.folder(), dependency.getDescription())));
                    }
                }
            }
        };
    }

    private static ArchCondition<JavaClass> liveInAPackageOfTheirModule() {
        return new ArchCondition<>("live in a package of their module") {
            @Override
            public void check(JavaClass javaClass, ConditionEvents events) {
                Module owner = Module.owning(javaClass.getPackageName());
                boolean atHome = Module.builtFrom(javaClass).equals(Optional.of(owner));
                events.add(new SimpleConditionEvent(
                        javaClass,
                        atHome,
                        "%s is in a package of %s but was built from %s"
                                .formatted(
                                        javaClass.getName(),
                                        owner.folder(),
                                        javaClass.getSource().orElseThrow().getUri())));
            }
        };
    }
}

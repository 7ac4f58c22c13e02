package dev.quiver.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.util.Set;
import java.util.stream.Collectors;

/** What may end this process, and what may turn bytes from outside into objects of any class. */
@AnalyzeClasses(packages = "dev.quiver", importOptions = DoNotIncludeTests.class)
class ProcessSafetyTest {
    /** The engine is a library in somebody's application: only the mains that own their process may end it, and
     * the hook that runs when it is ending already. */
    @ArchTest
    static final ArchRule onlyAMainEndsTheProcess = noClasses()
            .that()
            .resideOutsideOfPackage("dev.quiver.cli..")
            .and(describe("do not own their process", type -> !ownsItsProcess(type)))
            .should()
            .accessTargetWhere(describe("it ends the process", ProcessSafetyTest::endsTheProcess));

    /** One class opens object streams, because one class sets the filter; a second one would be the one without. */
    @ArchTest
    static void oneSerializerOpensObjectStreams(JavaClasses engine) {
        Set<String> openers = engine.stream()
                .filter(ProcessSafetyTest::opensObjectStreams)
                .map(type -> outermost(type).getName())
                .collect(Collectors.toSet());
        assertThat(openers)
                .as("classes that open an ObjectInputStream")
                .hasSizeLessThanOrEqualTo(1)
                .allMatch(name -> name.startsWith("dev.quiver.serializer."));
    }

    private static boolean ownsItsProcess(JavaClass type) {
        return Module.RUNTIME.classes().test(type)
                && Set.of("ExecutorMain", "ProcessEnd").contains(outermost(type).getSimpleName());
    }

    private static boolean endsTheProcess(JavaAccess<?> access) {
        String name = access.getTarget().getName();
        return access.getTargetOwner().isEquivalentTo(System.class) && name.equals("exit")
                || access.getTargetOwner().isEquivalentTo(Runtime.class)
                        && (name.equals("exit") || name.equals("halt"));
    }

    /** Making one or extending it; a readObject method, which only receives one, is no opener. */
    private static boolean opensObjectStreams(JavaClass type) {
        return type.getAccessesFromSelf().stream()
                .anyMatch(access -> access.getTargetOwner().isEquivalentTo(ObjectInputStream.class)
                        && access.getTarget().getName().equals("<init>"));
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ProcessSafetyTest::outermost).orElse(type);
    }
}

package dev.quiver.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The scheduler runs the same under a thread, a simulator and a model of ten thousand executors: equal events in equal
 * order give equal decisions. So it has no clock, no chance, no thread, no file and no socket of its own, and it walks
 * nothing whose order differs from run to run.
 */
@AnalyzeClasses(packages = "dev.quiver.scheduler", importOptions = DoNotIncludeTests.class)
class SchedulerPurityTest {
    @ArchTest
    static final ArchRule seesOnlyCoreAndTheJdk = classes()
            .should()
            .onlyDependOnClassesThat(Module.CORE
                    .classes()
                    .or(Module.SCHEDULER.classes())
                    .or(describe(
                            "classes of the JDK", type -> type.getPackageName().startsWith("java."))));

    @ArchTest
    static final ArchRule touchesNoFileAndNoSocket = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net..", "java.nio.file..", "java.nio.channels..")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.io\\.(File.*|RandomAccessFile|Console|PrintStream)");

    @ArchTest
    static final ArchRule startsNoThread = noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.lang\\.Thread(Local|Group)?|java\\.util\\.Timer(Task)?"
                    + "|java\\.util\\.concurrent\\.(.*Executor.*|ForkJoin.*)");

    @ArchTest
    static final ArchRule walksNothingWithoutAnOrder = noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.util\\.(HashMap|HashSet|Hashtable|IdentityHashMap|WeakHashMap)"
                    + "|java\\.util\\.concurrent\\.ConcurrentHashMap")
            .orShould()
            .accessTargetWhere(describe("the collection it makes has no order", SchedulerPurityTest::isUnordered));

    @ArchTest
    static final ArchRule readsNoClockAndNoEnvironment = noClasses()
            .should()
            .accessTargetWhere(describe("it reads the world outside", SchedulerPurityTest::readsTheWorld));

    @ArchTest
    static final ArchRule rollsNoDiceOfItsOwn = noClasses()
            .should()
            .accessTargetWhere(describe("nobody gave it the seed", SchedulerPurityTest::isUnseeded))
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.security\\.SecureRandom|java\\.util\\.concurrent\\.ThreadLocalRandom");

    /** Set.of and Map.of are salted anew in every JVM; the collectors without a factory make hash tables. */
    private static boolean isUnordered(JavaAccess<?> access) {
        int parameters = parameterCount(access);
        return isOn(access, Set.class, "of") && (parameters > 1 || takesAnArray(access))
                || isOn(access, Map.class, "of") && parameters > 2
                || isOn(access, Set.class, "copyOf")
                || isOn(access, Map.class, "copyOf", "ofEntries")
                || isOn(access, Collectors.class, "toSet", "toUnmodifiableSet", "toUnmodifiableMap")
                || isOn(access, Collectors.class, "toMap") && parameters < 4
                || isOn(access, Collectors.class, "groupingBy") && parameters < 3
                || access.getTarget().getName().equals("parallelStream")
                || access.getTarget().getName().equals("parallel");
    }

    private static boolean readsTheWorld(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getTarget().getName();
        return isOn(access, System.class, "nanoTime", "currentTimeMillis", "getenv", "getProperty", "identityHashCode")
                || owner.startsWith("java.time.") && (name.equals("now") || name.startsWith("system"))
                || isOn(access, Date.class, "<init>");
    }

    private static boolean isUnseeded(JavaAccess<?> access) {
        return isOn(access, Math.class, "random")
                || isOn(access, StrictMath.class, "random")
                || isOn(access, UUID.class, "randomUUID")
                || isOn(access, Random.class, "<init>") && parameterCount(access) == 0
                || isOn(access, SplittableRandom.class, "<init>") && parameterCount(access) == 0
                || isOn(access, Collections.class, "shuffle") && parameterCount(access) == 1;
    }

    private static boolean isOn(JavaAccess<?> access, Class<?> owner, String... names) {
        return access.getTargetOwner().isEquivalentTo(owner)
                && List.of(names).contains(access.getTarget().getName());
    }

    private static int parameterCount(JavaAccess<?> access) {
        return access.getTarget() instanceof CodeUnitCallTarget call
                ? call.getRawParameterTypes().size()
                : 0;
    }

    private static boolean takesAnArray(JavaAccess<?> access) {
        return access.getTarget() instanceof CodeUnitCallTarget call
                && call.getRawParameterTypes().stream().anyMatch(type -> type.isArray());
    }
}

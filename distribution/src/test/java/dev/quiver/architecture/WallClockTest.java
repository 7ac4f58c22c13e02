package dev.quiver.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.quiver.time.Clock;
import java.util.Date;
import java.util.Set;

/**
 * R22: the time of day may jump, so nothing that matters is decided by it. What waits, expires or is measured goes by
 * {@link System#nanoTime}.
 */
@AnalyzeClasses(packages = "dev.quiver", importOptions = DoNotIncludeTests.class)
class WallClockTest {
    /**
     * For what each of them needs it: names that are new each time, times that people read, how old files and pods are that
     * others made, from when on a certificate holds, which goes back by a day.
     */
    private static final Set<String> READERS = Set.of(
            "dev.quiver.time.SystemClock",
            "dev.quiver.k8s.KubernetesManager",
            "dev.quiver.k8s.client.DriverPodAtServer",
            "dev.quiver.runtime.driver.DriverParts",
            "dev.quiver.runtime.driver.Names",
            "dev.quiver.runtime.executor.ExecutorMain",
            "dev.quiver.runtime.eventlog.EventLog",
            "dev.quiver.runtime.security.ApplicationIdentity",
            "dev.quiver.rpc.tls.CertificateAuthority");

    @ArchTest
    static final ArchRule fewReadTheTimeOfDay = noClasses()
            .that(describe(
                    "are not among " + READERS,
                    type -> !READERS.contains(outermost(type).getName())))
            .and()
            .resideOutsideOfPackages("dev.quiver.benchmarks..", "dev.quiver.examples..")
            .should()
            .accessTargetWhere(describe("it reads the time of day", WallClockTest::readsTheTimeOfDay));

    private static boolean readsTheTimeOfDay(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getTarget().getName();
        return access.getTargetOwner().isEquivalentTo(System.class) && name.equals("currentTimeMillis")
                || access.getTargetOwner().isEquivalentTo(Clock.class) && name.equals("epochMillis")
                || access.getTargetOwner().isEquivalentTo(Date.class)
                        && name.equals("<init>")
                        && access.getDescription().contains("Date.<init>()")
                || owner.startsWith("java.time.") && (name.equals("now") || name.startsWith("system"))
                || owner.equals("java.time.Clock") && name.equals("instant");
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(WallClockTest::outermost).orElse(type);
    }
}

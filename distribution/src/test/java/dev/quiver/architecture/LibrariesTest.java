package dev.quiver.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.stream.Stream;

/** Each library has one home, so that replacing it is a change of one module. Benchmarks may measure any of them. */
@AnalyzeClasses(packages = "dev.quiver", importOptions = DoNotIncludeTests.class)
class LibrariesTest {
    @ArchTest
    static final ArchRule onlyRpcSeesNetty = only("io.netty..", "dev.quiver.rpc..");

    @ArchTest
    static final ArchRule onlyColumnsAndTheirStoresSeeArrow =
            only("org.apache.arrow..", "dev.quiver.exec.arrow..", "dev.quiver.block..", "dev.quiver.shuffle..");

    @ArchTest
    static final ArchRule onlyTheArrowFormatSeesLz4 = only("net.jpountz..", "dev.quiver.exec.arrow..");

    @ArchTest
    static final ArchRule onlyTheArrowFormatSeesZstd = only("com.github.luben..", "dev.quiver.exec.arrow..");

    @ArchTest
    static final ArchRule onlyExecSeesKryo = only("com.esotericsoftware..", "dev.quiver.exec..");

    @ArchTest
    static final ArchRule onlyExecSeesAsm = only("org.objectweb.asm..", "dev.quiver.exec..");

    @ArchTest
    static final ArchRule onlyTheKubernetesBackendSeesItsClient = only("io.fabric8..", "dev.quiver.k8s..");

    @ArchTest
    static final ArchRule onlyTheCommandLineSeesPicocli = only("picocli..", "dev.quiver.cli..");

    @ArchTest
    static final ArchRule onlyBenchmarksSeeJmh = only("org.openjdk.jmh..");

    /** Code logs to SLF4J; the application that embeds the engine chooses what stands behind it. */
    @ArchTest
    static final ArchRule noClassSeesALoggingBackend = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.logging..", "org.apache.log4j..", "java.util.logging..", "ch.qos.logback..");

    private static ArchRule only(String library, String... homes) {
        String[] allowed = Stream.concat(Arrays.stream(homes), Stream.of("dev.quiver.benchmarks.."))
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideOutsideOfPackages(allowed)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }
}

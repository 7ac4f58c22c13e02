package dev.quiver.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The modules, top to bottom of what they may name, and the packages that are theirs. */
enum Module {
    CORE("engine-core", List.of(), List.of()),
    EXEC("engine-exec", List.of("dev.quiver.exec"), List.of(CORE)),
    RPC("engine-rpc", List.of("dev.quiver.rpc"), List.of(CORE)),
    SCHEDULER("engine-scheduler", List.of("dev.quiver.scheduler"), List.of(CORE)),
    BLOCK_MANAGER("engine-blockmanager", List.of("dev.quiver.block"), List.of(CORE, EXEC, RPC)),
    SHUFFLE("engine-shuffle", List.of("dev.quiver.shuffle"), List.of(CORE, EXEC, RPC, BLOCK_MANAGER)),
    RUNTIME(
            "engine-runtime",
            List.of("dev.quiver.runtime", "dev.quiver.cli"),
            List.of(CORE, EXEC, RPC, SCHEDULER, BLOCK_MANAGER, SHUFFLE)),
    KUBERNETES("engine-k8s", List.of("dev.quiver.k8s"), List.of(CORE, SCHEDULER)),
    IMAGE("engine-image", List.of("dev.quiver.image"), List.of()),
    EXAMPLES("examples", List.of("dev.quiver.examples"), List.of(CORE, RUNTIME)),
    BENCHMARKS(
            "benchmarks",
            List.of("dev.quiver.benchmarks"),
            List.of(CORE, EXEC, RPC, SCHEDULER, BLOCK_MANAGER, SHUFFLE, RUNTIME));

    private final String folder;
    private final List<String> packages;
    private final List<Module> below;

    Module(String folder, List<String> packages, List<Module> below) {
        this.folder = folder;
        this.packages = packages;
        this.below = below;
    }

    String folder() {
        return folder;
    }

    /** Whether classes of this module may name classes of the other. */
    boolean mayName(Module other) {
        return other == this || below.contains(other);
    }

    /** The module that owns a package: core owns all that no other module claims. */
    static Module owning(String packageName) {
        return Arrays.stream(values())
                .filter(module -> module.packages.stream()
                        .anyMatch(root -> packageName.equals(root) || packageName.startsWith(root + ".")))
                .findFirst()
                .orElse(CORE);
    }

    /** The module whose folder or jar a class was read from; empty if no module of that name is known here. */
    static Optional<Module> builtFrom(JavaClass javaClass) {
        String inside = javaClass.getName().replace('.', '/') + ".class";
        String location = javaClass.getSource().orElseThrow().getUri().toString();
        String home = location.substring(0, location.length() - inside.length());
        return Arrays.stream(values())
                .filter(module -> home.contains("/" + module.folder + "/"))
                .max((left, right) -> Integer.compare(
                        home.lastIndexOf("/" + left.folder + "/"), home.lastIndexOf("/" + right.folder + "/")));
    }

    DescribedPredicate<JavaClass> classes() {
        return DescribedPredicate.describe(
                "classes of " + folder, javaClass -> isOurs(javaClass) && owning(javaClass.getPackageName()) == this);
    }

    static boolean isOurs(JavaClass javaClass) {
        String name = javaClass.getPackageName();
        return name.equals("dev.quiver") || name.startsWith("dev.quiver.");
    }
}

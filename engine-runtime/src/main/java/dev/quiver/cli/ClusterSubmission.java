package dev.quiver.cli;

import dev.quiver.UsageException;
import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.runtime.cluster.ClusterManagers;
import dev.quiver.runtime.process.DriverCommand;
import dev.quiver.scheduler.backend.ClusterApplication;
import dev.quiver.scheduler.backend.ClusterManager;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.ParseResult;

/** Runs an application whose driver lives inside the cluster. */
final class ClusterSubmission {
    private static final Bytes USUAL_HEAP = Bytes.mebi(1024);

    private final ClusterManagers managers;
    private final PrintStream out;
    private final PrintStream err;

    ClusterSubmission(ClusterManagers managers, PrintStream out, PrintStream err) {
        this.managers = managers;
        this.out = out;
        this.err = err;
    }

    /** Returns the exit code of the driver. */
    int run(ParseResult line, LaunchSettings settings) {
        String master = settings.effectiveMaster();
        ClusterManager manager =
                master == null ? null : managers.accepting(master).orElse(null);
        if (manager == null) {
            throw new UsageException(
                    "--deploy-mode cluster needs a master with a cluster to put the driver into, such as"
                            + " k8s://https://host:port, not '" + (master == null ? "none" : master) + "'");
        }
        List<String> jars = new ArrayList<>();
        jars.add(line.matchedPositionalValue(0, null).toString());
        SubmitOptions.jars(line).forEach(jar -> jars.add(jar.toString()));
        settings.jars().forEach(jar -> jars.add(jar.toString()));
        String mainClass = SubmitOptions.mainClass(line);
        List<String> checked = new ArrayList<>();
        for (String jar : jars) {
            boolean own = checked.isEmpty();
            if (isElsewhere(jar)) {
                checked.add(withBothSlashes(jar));
                continue;
            }
            ApplicationJar file = ApplicationJar.open(Path.of(jar), own ? "the application's jar" : "--jars");
            mainClass = own ? file.mainClass(mainClass) : mainClass;
            checked.add(file.file().toString());
        }
        Bytes heap = SessionOptions.driverMemory(line).orElse(USUAL_HEAP);
        Map<String, String> config = new TreeMap<>(settings.config());
        config.remove(LaunchSettings.JARS);
        ClusterApplication application = new ClusterApplication(
                settings.appName() == null ? mainClass : settings.appName(),
                checked,
                config,
                heap,
                new DriverCommand(
                        heap,
                        manager.masterInside(),
                        settings.appName(),
                        mainClass,
                        line.matchedPositionalValue(1, List.<String>of())));
        return manager.submit(master, Config.of(config), application, out, err::println);
    }

    /** Whether a jar is not a file of this machine. */
    private static boolean isElsewhere(String jar) {
        return jar.startsWith("local:") || jar.startsWith("http:") || jar.startsWith("https:");
    }

    /** A file name that was read as a path has lost one of two slashes. */
    private static String withBothSlashes(String jar) {
        return jar.replaceFirst("^(local|https?):/+", jar.startsWith("local:") ? "local:///" : "$1://");
    }
}

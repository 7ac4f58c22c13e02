package dev.quiver.cli;

import dev.quiver.runtime.application.ApplicationClassLoader;
import dev.quiver.runtime.cluster.ClusterManagers;
import java.io.File;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.ParseResult;

/** Runs an application from a jar, in this process, in a class loader of its own. */
final class SubmitCommand {
    private final Masters masters;
    private final ClassLoader engine;
    private final PrintStream out;
    private final PrintStream err;

    /** @param out gets what a driver elsewhere prints @param err gets what becomes of it */
    SubmitCommand(Masters masters, ClassLoader engine, PrintStream out, PrintStream err) {
        this.masters = masters;
        this.engine = engine;
        this.out = out;
        this.err = err;
    }

    /** Returns the exit code. */
    int run(ParseResult line) throws Throwable {
        boolean inCluster = SubmitOptions.isClusterMode(line);
        LaunchSettings settings = SessionOptions.read(line);
        masters.check(settings.effectiveMaster());
        if (inCluster) {
            return new ClusterSubmission(ClusterManagers.installed(), out, err).run(line, settings);
        }

        File file = line.matchedPositionalValue(0, null);
        ApplicationJar application = ApplicationJar.open(Path.of(file.getPath()), "the application's jar");
        List<Path> jars = jars(application, SubmitOptions.jars(line), settings.jars());
        String mainClass = application.mainClass(SubmitOptions.mainClass(line));

        settings.withJars(jars).install();
        // Stays open: threads that the application leaves behind may still load classes.
        ApplicationClassLoader loader = new ApplicationClassLoader(jars, engine);
        UserMain.load(mainClass, loader, application::nearestClasses)
                .run(line.matchedPositionalValue(1, List.<String>of()));
        return Quiver.OK;
    }

    /** The application's jar, then what it needs; the flag wins over the setting. */
    private static List<Path> jars(ApplicationJar application, List<Path> byFlag, List<Path> bySetting) {
        Set<Path> jars = new LinkedHashSet<>();
        jars.add(application.file());
        for (Path jar : byFlag.isEmpty() ? bySetting : byFlag) {
            jars.add(ApplicationJar.open(jar, byFlag.isEmpty() ? LaunchSettings.JARS : "--jars")
                    .file());
        }
        return new ArrayList<>(jars);
    }
}

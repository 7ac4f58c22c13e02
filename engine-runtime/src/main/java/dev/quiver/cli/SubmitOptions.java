package dev.quiver.cli;

import dev.quiver.UsageException;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options that say which application to run, and where its driver lives. */
final class SubmitOptions {
    private static final String CLASS = "--class";
    private static final String JARS = "--jars";
    private static final String DEPLOY_MODE = "--deploy-mode";
    private static final List<String> DEPLOY_MODES = List.of("client", "cluster");

    private SubmitOptions() {}

    static void addTo(CommandSpec spec) {
        spec.addOption(SessionOptions.text(CLASS, "CLASS")
                .description("Class with the main method; by default the Main-Class of the jar's manifest.")
                .build());
        spec.addOption(OptionSpec.builder(JARS)
                .type(List.class)
                .auxiliaryTypes(File.class)
                .arity("1")
                .splitRegex(",")
                .paramLabel("JAR")
                .description("Jars that the application needs, here and in executors.")
                .build());
        spec.addOption(SessionOptions.text(DEPLOY_MODE, "MODE")
                .completionCandidates(DEPLOY_MODES)
                .description("client: the driver runs in this process (the default). cluster: inside the cluster.")
                .build());
    }

    /** The class named, or null. */
    static String mainClass(ParseResult line) {
        return line.matchedOptionValue(CLASS, null);
    }

    static List<Path> jars(ParseResult line) {
        List<Path> jars = new ArrayList<>();
        for (File jar : line.matchedOptionValue(JARS, List.<File>of())) {
            if (!jar.getPath().isBlank()) {
                jars.add(Path.of(jar.getPath().trim()));
            }
        }
        return jars;
    }

    /** Whether the driver lives inside the cluster. */
    static boolean isClusterMode(ParseResult line) {
        String mode = line.matchedOptionValue(DEPLOY_MODE, "client");
        if (!DEPLOY_MODES.contains(mode)) {
            throw new UsageException("--deploy-mode is client or cluster, not '" + mode + "'");
        }
        return mode.equals("cluster");
    }
}

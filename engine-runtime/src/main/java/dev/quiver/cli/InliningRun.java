package dev.quiver.cli;

import dev.quiver.cli.inlining.InliningReport;
import dev.quiver.runtime.process.Folders;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Runs a command in a JVM of its own that writes down what its JIT does, and then says what became of the user's
 * functions. A JVM of its own, because the log is complete only when the JVM that writes it has ended.
 */
final class InliningRun {
    static final String OPTION = "--explain-inlining";

    /** Names the folder to a process that {@link #run} started; there the option itself means nothing more. */
    private static final String FOLDER = "quiver.inlining.folder";

    private static final String NOTES = "quiver.explain.inlining";
    private static final String EXECUTOR_FLAGS = "quiver.executor.extraJavaOptions";

    private InliningRun() {}

    static void addTo(CommandSpec spec) {
        spec.addOption(OptionSpec.builder(OPTION)
                .type(boolean.class)
                .arity("0")
                .description(
                        "Say at the end which functions the JIT inlined into the loops of their stages, and why it did"
                                + " not inline the others.")
                .build());
    }

    /** Whether the command is still to be run in a JVM of its own. */
    static boolean isWanted(ParseResult command) {
        return command.commandSpec().optionsMap().containsKey(OPTION)
                && command.hasMatchedOption(OPTION)
                && System.getProperty(FOLDER) == null;
    }

    /** What the settings of a session get in such a JVM. */
    static void addTo(Map<String, String> config) {
        String folder = System.getProperty(FOLDER);
        if (folder != null) {
            config.put(NOTES, folder);
            String before = config.getOrDefault(EXECUTOR_FLAGS, "");
            config.put(EXECUTOR_FLAGS, (before + " " + String.join(" ", logging(Path.of(folder)))).strip());
        }
    }

    /** Runs the command line as it is, prints the report to {@code out} and returns the exit code. */
    static int run(PrintStream out, String... args) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("explain-inlining-");
        try {
            Process process =
                    new ProcessBuilder(command(folder, args)).inheritIO().start();
            Thread ending = new Thread(process::destroy, "inlining-end");
            Runtime.getRuntime().addShutdownHook(ending);
            int code = process.waitFor();
            if (!Main.isShuttingDown()) {
                Runtime.getRuntime().removeShutdownHook(ending);
            }
            out.println();
            InliningReport.read(folder).forEach(out::println);
            return code;
        } finally {
            Folders.delete(folder);
        }
    }

    private static List<String> command(Path folder, String... args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(logging(folder));
        command.add("-D" + FOLDER + "=" + folder);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Main.class.getName());
        command.addAll(List.of(args));
        return command;
    }

    private static List<String> logging(Path folder) {
        // The JVM writes pid123 for %p.
        return List.of(
                "-XX:+UnlockDiagnosticVMOptions", "-XX:+LogCompilation", "-XX:LogFile=" + folder.resolve("jit-%p.log"));
    }
}

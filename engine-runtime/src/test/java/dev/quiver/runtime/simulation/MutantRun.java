package dev.quiver.runtime.simulation;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * Switches off the rules of a list, one after the other, and lets the simulator find out: it should, within so many seeds.
 * Nothing of the sources changes; a class with the rule off stands before the others on the class path of a process.
 *
 * <p>Arguments: the root of the sources, the list, seeds, and names of mutants (all when there are none).
 */
public final class MutantRun {
    private static final long MOST_MINUTES = 15;

    private final Path root;
    private final Path work;
    private final int seeds;

    private MutantRun(Path root, Path work, int seeds) {
        this.root = root;
        this.work = work;
        this.seeds = seeds;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        MutantRun run = new MutantRun(
                Path.of(arguments[0]), Files.createTempDirectory("mutants"), Integer.parseInt(arguments[2]));
        Set<String> wanted =
                Set.of(List.of(arguments).subList(3, arguments.length).toArray(String[]::new));
        int survivors = 0;
        for (Mutant mutant : Mutant.read(Path.of(arguments[1]))) {
            if (wanted.isEmpty() || wanted.contains(mutant.name())) {
                Optional<String> found = run.find(mutant);
                System.out.println(mutant.name() + ": " + found.orElse("NOT FOUND") + "   [" + mutant.rule() + "]");
                survivors += found.isPresent() ? 0 : 1;
            }
        }
        System.exit(survivors == 0 ? 0 : 1);
    }

    /** How the simulator finds a mutant; empty when it does not. */
    private Optional<String> find(Mutant mutant) throws IOException, InterruptedException {
        Path classes = Files.createDirectories(work.resolve(mutant.name()));
        compile(mutant, classes);
        Path output = classes.resolve("output.txt");
        String path = classes + File.pathSeparator + System.getProperty("java.class.path");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-ea",
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "--add-opens=java.base/java.nio=ALL-UNNAMED",
                        "-cp",
                        path,
                        SimulationRun.class.getName(),
                        "0",
                        String.valueOf(seeds),
                        "once")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
            return Optional.of("does not end");
        }
        return process.exitValue() == 0
                ? Optional.empty()
                : Files.readAllLines(output).stream()
                        .filter(line -> line.startsWith("seed "))
                        .findFirst()
                        .or(() -> Optional.of("ends with " + process.exitValue() + ", see " + output));
    }

    private void compile(Mutant mutant, Path classes) throws IOException {
        for (Mutant.Edit edit : mutant.edits()) {
            Path original = root.resolve(edit.file());
            Path changed = classes.resolve(original.getFileName());
            Files.writeString(changed, edit.apply(Files.readString(Files.exists(changed) ? changed : original)));
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            String path = System.getProperty("java.class.path");
            String[] flags = {"-proc:none", "-nowarn", "-parameters", "-g", "-implicit:none", "-cp", path, "-d"};
            List<String> command = new ArrayList<>(List.of(flags));
            command.add(classes.toString());
            command.add(changed.toString());
            if (compiler.run(null, null, null, command.toArray(String[]::new)) != 0) {
                throw new IllegalArgumentException("mutant " + mutant.name() + " does not compile");
            }
        }
    }
}

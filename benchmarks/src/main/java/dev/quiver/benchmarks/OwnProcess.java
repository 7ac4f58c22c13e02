package dev.quiver.benchmarks;

import dev.quiver.QuiverException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process with the flags and the class path of this one, run for the first line that it prints. */
final class OwnProcess {
    private OwnProcess() {}

    /**
     * What a process printed first.
     *
     * @param line  null when it printed nothing
     * @param nanos from its start to that line; its end is not counted
     */
    record Answer(String line, long nanos) {}

    /**
     * Runs one.
     *
     * @throws QuiverException when it ends with another code than 0
     */
    static Answer of(Class<?> main, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String line = process.inputReader(StandardCharsets.UTF_8).readLine();
        long nanos = System.nanoTime() - start;
        int code = process.waitFor();
        if (code != 0) {
            throw new QuiverException(
                    "the process of " + main.getSimpleName() + " that is measured ended with " + code + "; see above");
        }
        return new Answer(line, nanos);
    }
}

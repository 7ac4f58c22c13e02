package dev.quiver.benchmarks;

import dev.quiver.QuiverException;
import dev.quiver.Session;
import dev.quiver.SessionBuilder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * From the start of a process to its first result. Every run starts a process of its own, with the flags and the class
 * path of this one, so that every run is cold; what it takes to end is not counted.
 */
final class Startup implements Workload {
    /** The process: opens a session with these settings, each {@code key=value}, runs one job, prints the result. */
    public static void main(String[] rowsAndSettings) {
        SessionBuilder builder = Session.builder();
        for (int index = 1; index < rowsAndSettings.length; index++) {
            String[] setting = rowsAndSettings[index].split("=", 2);
            builder.config(setting[0], setting[1]);
        }
        try (Session session = builder.create()) {
            System.out.println(
                    session.range(0, Long.parseLong(rowsAndSettings[0]), 1, 2).count());
        }
    }

    @Override
    public Outcome run(Session session, Sizes sizes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Startup.class.getName()));
        command.add(Long.toString(sizes.rows(1_000)));
        session.config().asMap().forEach((key, value) -> command.add(key + "=" + value));

        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String result = process.inputReader(StandardCharsets.UTF_8).readLine();
        long nanos = System.nanoTime() - start;
        int code = process.waitFor();
        if (code != 0) {
            throw new QuiverException("the process that startup measures ended with " + code + "; see above");
        }
        return new Outcome(result, nanos, "");
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return Long.toString(sizes.rows(1_000));
    }
}

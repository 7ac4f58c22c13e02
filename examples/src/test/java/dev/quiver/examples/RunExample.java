package dev.quiver.examples;

import dev.quiver.Session;
import dev.quiver.SessionDefaults;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs examples the way the launcher does, with a master that the code does not name. */
final class RunExample {
    /** The {@code main} of an example. */
    interface Main {
        void run(String... args) throws Exception;
    }

    private RunExample() {}

    /** What the example prints to standard output, line by line. */
    static List<String> output(Main example, String... args) throws Exception {
        PrintStream standardOutput = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        SessionDefaults.set("local[2]", null, Map.of());
        try (PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            System.setOut(capture);
            example.run(args);
        } finally {
            System.setOut(standardOutput);
            SessionDefaults.clear();
        }
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    static Session session() {
        return Session.builder().appName("test").master("local[2]").create();
    }

    /** The lines of the part files of a saved dataset, in the order of the files. */
    static List<String> saved(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("part-"))
                    .sorted()
                    .flatMap(RunExample::lines)
                    .toList();
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}

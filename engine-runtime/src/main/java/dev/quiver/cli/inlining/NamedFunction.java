package dev.quiver.cli.inlining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A function of a stage, as the executor noted it.
 *
 * @param className class whose method a loop calls
 * @param name      what it is and where it was given
 * @param stage     what its stage does
 */
record NamedFunction(String className, String name, String stage) {
    /** All that an executor noted, in the order in which it came. */
    static List<NamedFunction> read(Path file) throws IOException {
        List<NamedFunction> functions = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] parts = line.split("\t", 3);
            if (parts.length == 3) {
                functions.add(new NamedFunction(parts[0], parts[1], parts[2]));
            }
        }
        return functions;
    }
}

package dev.quiver.runtime.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One rule of the engine, switched off: some text of source files, and what takes its place. As text:
 *
 * <pre>
 * = name: what is not so any more
 * @ module/path/of/Source.java
 * - text that stands there once, whatever its spaces and line breaks
 * + what stands there instead
 * </pre>
 *
 * where a rule stands twice there are two edits, each with its own {@code @}.
 */
record Mutant(String name, String rule, List<Edit> edits) {
    /** Some text of a source file, and what takes its place. */
    record Edit(String file, String before, String after) {
        /**
         * The source with the text replaced.
         *
         * @throws IllegalArgumentException if it does not stand there exactly once
         */
        String apply(String source) {
            String pattern =
                    Stream.of(before.trim().split("\\s+")).map(Pattern::quote).collect(Collectors.joining("\\s+"));
            List<int[]> found = new ArrayList<>();
            Matcher matcher = Pattern.compile(pattern).matcher(source);
            while (matcher.find()) {
                found.add(new int[] {matcher.start(), matcher.end()});
            }
            if (found.size() != 1) {
                throw new IllegalArgumentException(
                        "'" + before + "' stands " + found.size() + " times in " + file + "; mend the list of mutants");
            }
            return source.substring(0, found.get(0)[0]) + after + source.substring(found.get(0)[1]);
        }
    }

    private static final Pattern HEAD = Pattern.compile("= (\\w+): (.*)");

    static List<Mutant> read(Path list) throws IOException {
        List<Mutant> mutants = new ArrayList<>();
        List<String> part = new ArrayList<>();
        for (String line : Files.readAllLines(list)) {
            if (line.startsWith("= ") && !part.isEmpty()) {
                mutants.add(of(part));
                part.clear();
            }
            if (!part.isEmpty() || line.startsWith("= ")) {
                part.add(line);
            }
        }
        mutants.add(of(part));
        return mutants;
    }

    private static Mutant of(List<String> lines) {
        Matcher head = HEAD.matcher(lines.get(0));
        if (!head.matches()) {
            throw new IllegalArgumentException("no name and rule: " + lines.get(0));
        }
        List<Edit> edits = new ArrayList<>();
        List<String> part = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            if (line.startsWith("@ ") && !part.isEmpty()) {
                edits.add(edit(part));
                part.clear();
            }
            part.add(line);
        }
        edits.add(edit(part));
        return new Mutant(head.group(1), head.group(2), edits);
    }

    private static Edit edit(List<String> lines) {
        return new Edit(join(lines, "@ "), join(lines, "- "), join(lines, "+ "));
    }

    private static String join(List<String> lines, String mark) {
        return lines.stream()
                .filter(line -> line.startsWith(mark))
                .map(line -> line.substring(mark.length()))
                .collect(Collectors.joining("\n"));
    }
}

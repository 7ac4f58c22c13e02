package dev.quiver.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordCountTest {
    private static final String TEXT = "to be  or not to be\n\n  that is\tthe question \nto be\n";

    @TempDir
    Path folder;

    @Test
    void countsAsTranslatingSpacesToLineEndsAndCountingEqualLinesDoes() throws Exception {
        Path file = Files.writeString(folder.resolve("text"), TEXT);
        Path output = folder.resolve("counts");

        RunExample.output(WordCount::main, file.toString(), "--output", output.toString());

        assertThat(RunExample.saved(output)).containsExactlyInAnyOrderElementsOf(expected(TEXT));
        assertThat(RunExample.saved(output)).contains("5 ", "1 is\tthe", "3 be");
        assertThat(output.resolve("_SUCCESS")).exists();
    }

    @Test
    void printsTheMostFrequentWordsFirstAndEqualOnesInOrder() throws Exception {
        Path file = Files.writeString(folder.resolve("text"), TEXT);

        assertThat(RunExample.output(WordCount::main, "--top", "4", file.toString()))
                .containsExactly(
                        "     count  word",
                        "         3  be",
                        "         3  to",
                        "         1  is\tthe",
                        "         1  not");
    }

    @Test
    void countsSeveralFilesTogether() throws Exception {
        Path first = Files.writeString(folder.resolve("first"), "a b\n");
        Path second = Files.writeString(folder.resolve("second"), "b c\n");

        assertThat(RunExample.output(WordCount::main, first.toString(), second.toString(), "--top", "1"))
                .last()
                .isEqualTo("         2  b");
    }

    @Test
    void countsTheReadmeWhenNoFileIsNamed() throws Exception {
        try (Session session = RunExample.session()) {
            List<String> counted = WordCount.count(session.parallelize(WordCount.readme())).collect().stream()
                    .map(WordCount.WordTotal::toString)
                    .toList();

            assertThat(counted).containsExactlyInAnyOrderElementsOf(expected(String.join("\n", WordCount.readme())));
        }
        assertThat(RunExample.output(WordCount::main)).hasSize(11);
    }

    /** What {@code tr ' ' '\n' | sort | uniq -c} prints, without the leading spaces. */
    private static List<String> expected(String text) {
        String lines = text.replace(' ', '\n').replaceFirst("\n$", "");
        Map<String, Long> counts = Stream.of(lines.split("\n", -1))
                .collect(Collectors.groupingBy(word -> word, TreeMap::new, Collectors.counting()));
        return counts.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .toList();
    }
}

package dev.quiver.examples;

import dev.quiver.Dataset;
import dev.quiver.Pair;
import dev.quiver.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Counts words. A word is what stands between two spaces, exactly as {@code tr ' ' '\n' < FILE | sort | uniq -c} counts
 * them, so two spaces in a row have an empty word between them. Only where the very last line has no line end but ends
 * in a space does {@code tr} see one empty word less.
 */
public final class WordCount {
    static final String USAGE = "wordcount [FILE...] [--top N] [--output DIR]";

    /** A word and how often it is there. Its text is a line of {@code uniq -c} without the leading spaces. */
    record WordTotal(String word, long count) {
        @Override
        public String toString() {
            return count + " " + word;
        }
    }

    private WordCount() {}

    public static void main(String[] args) throws IOException {
        Arguments arguments = new Arguments(USAGE, Set.of("--top", "--output"), args);
        List<String> files = arguments.rest(0, Integer.MAX_VALUE);
        int top = arguments.count("--top", 10, 0);
        String output = arguments.text("--output", null);

        try (Session session = Session.builder().appName("wordcount").getOrCreate()) {
            Dataset<String> lines = files.isEmpty()
                    ? session.parallelize(readme())
                    : session.textFile(String.join(",", files), session.defaultParallelism());
            Dataset<WordTotal> totals = count(lines);
            if (output != null) {
                totals.saveAsTextFile(output);
            }
            // With --output this is the second job: it finds the shuffle of the first and runs only the last stage.
            print(top(totals, top));
        }
    }

    /** Every word once, in no order. */
    static Dataset<WordTotal> count(Dataset<String> lines) {
        return lines.flatMap(line -> Arrays.asList(line.split(" ", -1)))
                .mapToPair(word -> Pair.of(word, 1L))
                .reduceByKey(Long::sum)
                .rows()
                .map(pair -> new WordTotal(pair.key(), pair.value()));
    }

    /** The most frequent words, the empty one left out; among equals in the order of the alphabet. */
    static List<WordTotal> top(Dataset<WordTotal> totals, int limit) {
        return totals.filter(total -> !total.word().isEmpty())
                .top(
                        limit,
                        (left, right) -> left.count() == right.count()
                                ? right.word().compareTo(left.word())
                                : Long.compare(left.count(), right.count()));
    }

    private static void print(List<WordTotal> totals) {
        System.out.printf("%10s  %s%n", "count", "word");
        totals.forEach(total -> System.out.printf(Locale.ROOT, "%,10d  %s%n", total.count(), total.word()));
    }

    /** The text to count when no file is named: this project's README. */
    static List<String> readme() throws IOException {
        try (InputStream text = WordCount.class.getResourceAsStream("README.md");
                BufferedReader reader = new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }
}

package dev.quiver.benchmarks.peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * How large the work is.
 *
 * @param given   what {@code -D} said: {@code n}, {@code keys}, {@code parts}
 * @param data    folder with the text
 * @param master  of Spark; the others read the number of threads from it
 */
record Sizes(Map<String, Long> given, Path data, String master) {
    long rows(long usual) {
        return given.getOrDefault("n", usual);
    }

    long keys(long usual) {
        return given.getOrDefault("keys", usual);
    }

    int partitions(int usual) {
        return Math.toIntExact(given.getOrDefault("parts", (long) usual));
    }

    boolean areUsual() {
        return !given.containsKey("n") && !given.containsKey("keys");
    }

    /** The number in {@code local[N]}. */
    int threads() {
        return master.matches("local\\[[0-9]+]") ? Integer.parseInt(master.replaceAll("[^0-9]", "")) : 2;
    }

    /** The text, which {@code quiver bench wordcount} makes. */
    Path words() {
        Path file = data.resolve(given.containsKey("n") ? "words-" + given.get("n") + ".txt" : "words.txt");
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(
                    "there is no " + file + "; 'quiver bench wordcount' with the same --data and -Dn makes it");
        }
        return file;
    }
}

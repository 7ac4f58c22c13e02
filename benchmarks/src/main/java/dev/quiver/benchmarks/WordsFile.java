package dev.quiver.benchmarks;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The text that is counted: 512 MiB of words from a vocabulary of 200,000, the k-th most frequent with a weight of
 * {@code 1 / k^1.05}, ten words a line, one space between two. The same on every machine.
 */
final class WordsFile {
    private static final long BYTES = 512L << 20;
    private static final int VOCABULARY = 200_000;
    private static final double EXPONENT = 1.05;
    private static final int WORDS_A_LINE = 10;
    private static final long SEED = 42;

    private WordsFile() {}

    /** {@code words.txt}, or one of -Dn words; written when it is not there. */
    static Path in(Sizes sizes) throws IOException {
        long words = sizes.areUsual() ? Long.MAX_VALUE : sizes.rows(Long.MAX_VALUE);
        Path file = sizes.data().resolve(words == Long.MAX_VALUE ? "words.txt" : "words-" + words + ".txt");
        if (!Files.exists(file)) {
            System.err.println("bench: writing " + file + ", which happens once …");
            Files.createDirectories(sizes.data());
            Path unfinished = Files.createTempFile(sizes.data(), "words", ".part");
            try {
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(unfinished), 1 << 20)) {
                    write(out, words);
                }
                Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(unfinished);
            }
        }
        return file;
    }

    /** The words of a file in which single spaces and line ends stand between them. */
    static long count(Path file) throws IOException {
        long words = 0;
        byte[] buffer = new byte[1 << 20];
        int last = '\n';
        try (InputStream in = Files.newInputStream(file)) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                for (int index = 0; index < length; index++) {
                    if (buffer[index] == ' ' || buffer[index] == '\n') {
                        words++;
                    }
                }
                last = length > 0 ? buffer[length - 1] : last;
            }
        }
        return last == '\n' ? words : words + 1;
    }

    private static void write(OutputStream out, long words) throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        byte[][] vocabulary = vocabulary(random);
        double[] cumulated = cumulatedWeights();
        long bytes = 0;
        for (long word = 1; word <= words && bytes < BYTES; word++) {
            int found = Arrays.binarySearch(cumulated, random.nextDouble() * cumulated[VOCABULARY - 1]);
            byte[] text = vocabulary[found >= 0 ? found : -found - 1];
            out.write(text);
            boolean ends = word % WORDS_A_LINE == 0 || word == words || bytes + text.length + 1 >= BYTES;
            out.write(ends ? '\n' : ' ');
            bytes += text.length + 1;
        }
    }

    /** Two to eleven letters; the number of the word makes each differ from all others. */
    private static byte[][] vocabulary(SplittableRandom random) {
        byte[][] vocabulary = new byte[VOCABULARY][];
        for (int number = 0; number < VOCABULARY; number++) {
            StringBuilder word = new StringBuilder(Integer.toString(number, 26));
            for (int index = 0; index < word.length(); index++) {
                int digit = Character.digit(word.charAt(index), 26);
                word.setCharAt(index, (char) ('a' + digit));
            }
            // Capitals, so that no longer number reads like a shorter one with more letters.
            int more = 1 + random.nextInt(7);
            for (int index = 0; index < more; index++) {
                word.append((char) ('A' + random.nextInt(26)));
            }
            vocabulary[number] = word.toString().getBytes(StandardCharsets.US_ASCII);
        }
        return vocabulary;
    }

    private static double[] cumulatedWeights() {
        double[] cumulated = new double[VOCABULARY];
        double sum = 0;
        for (int rank = 0; rank < VOCABULARY; rank++) {
            sum += StrictMath.pow(rank + 1, -EXPONENT);
            cumulated[rank] = sum;
        }
        return cumulated;
    }
}

package dev.quiver.examples;

import dev.quiver.Dataset;
import dev.quiver.QuiverException;
import dev.quiver.Session;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Sorts records of 100 bytes by a key of 10 characters, in three steps: generate them, sort them, and validate that the
 * result is in order and holds the same records. A record is one line of text: its key, its number, and a filling.
 */
public final class TeraSort {
    static final String USAGE = "terasort generate ROWS DIR [--partitions N] [--seed N]"
            + " | terasort sort INPUT OUTPUT [--partitions N] | terasort validate SORTED [INPUT]";
    private static final int KEY_LENGTH = 10;
    private static final String FILLING = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789#".repeat(2);

    /**
     * What one partition or a row of them holds: first and last key, how many neighbours are in the wrong order, and
     * the sum of the hashes of all lines, which does not depend on their order.
     */
    record Summary(String first, String last, long rows, long disorder, long checksum) implements Serializable {
        static final Summary EMPTY = new Summary(null, null, 0, 0, 0);

        /** This and what comes after it. */
        Summary then(Summary next) {
            if (rows == 0 || next.rows == 0) {
                return rows == 0 ? next : this;
            }
            long seam = last.compareTo(next.first) > 0 ? 1 : 0;
            return new Summary(
                    first, next.last, rows + next.rows, disorder + seam + next.disorder, checksum + next.checksum);
        }
    }

    private TeraSort() {}

    public static void main(String[] args) {
        Arguments arguments = new Arguments(USAGE, Set.of("--partitions", "--seed"), args);
        List<String> rest = arguments.rest(2, 3);
        int partitions = arguments.count("--partitions", 0, 1);
        long seed = arguments.number("--seed", 42, Long.MIN_VALUE);
        switch (rest.get(0)) {
            case "generate" -> {
                arguments.rest(3, 3);
                long rows = arguments.number("ROWS", rest.get(1), 0, 9_999_999_999L);
                inSession(session -> generate(session, rows, seed, partitions).saveAsTextFile(rest.get(2)));
            }
            case "sort" -> {
                arguments.rest(3, 3);
                inSession(session ->
                        sort(session.textFile(rest.get(1)), partitions).saveAsTextFile(rest.get(2)));
            }
            case "validate" ->
                inSession(session -> {
                    Summary expected = rest.size() > 2 ? summary(session.textFile(rest.get(2))) : null;
                    System.out.println(validate(summary(session.textFile(rest.get(1))), expected));
                });
            default -> throw arguments.wrong("terasort cannot '" + rest.get(0) + "'");
        }
    }

    private static void inSession(Consumer<Session> work) {
        try (Session session = Session.builder().appName("terasort").getOrCreate()) {
            work.accept(session);
        }
    }

    /** @param partitions 0 to leave it to the session */
    static Dataset<String> generate(Session session, long rows, long seed, int partitions) {
        int count = partitions > 0 ? partitions : session.defaultParallelism();
        return session.range(0, rows, 1, count).map(row -> record(row, seed));
    }

    /** @param partitions 0 for as many as the input has */
    static Dataset<String> sort(Dataset<String> records, int partitions) {
        int count = partitions > 0 ? partitions : records.partitionCount();
        return records.keyBy(TeraSort::key).sortByKey(true, count).values();
    }

    /** Looks at every record once; its partitions are taken in their order. */
    static Summary summary(Dataset<String> records) {
        return records.mapPartitions(lines -> List.of(summary(lines)).iterator())
                .fold(Summary.EMPTY, Summary::then);
    }

    private static Summary summary(Iterator<String> lines) {
        String first = null;
        String last = null;
        long rows = 0;
        long disorder = 0;
        long checksum = 0;
        while (lines.hasNext()) {
            String line = lines.next();
            String key = key(line);
            if (first == null) {
                first = key;
            } else if (last.compareTo(key) > 0) {
                disorder++;
            }
            last = key;
            rows++;
            checksum += hash(line);
        }
        return new Summary(first, last, rows, disorder, checksum);
    }

    /**
     * One line that says what is right.
     *
     * @param expected what the unsorted input holds, or null when it is not at hand
     * @throws QuiverException when the records are out of order, or are not those of the input
     */
    static String validate(Summary sorted, Summary expected) {
        if (sorted.disorder() > 0) {
            throw new QuiverException("not sorted: " + sorted.disorder() + " of " + sorted.rows()
                    + " records have a smaller key than the record before them");
        }
        if (expected != null && (sorted.rows() != expected.rows() || sorted.checksum() != expected.checksum())) {
            throw new QuiverException(
                    "not the records of the input: " + contents(sorted) + ", but the input has " + contents(expected));
        }
        return "sorted: " + contents(sorted) + (expected == null ? "" : ", the same as the input");
    }

    private static String contents(Summary summary) {
        return String.format(Locale.ROOT, "%d records, checksum %016x", summary.rows(), summary.checksum());
    }

    static String key(String line) {
        return line.substring(0, Math.min(KEY_LENGTH, line.length()));
    }

    /** A line of 99 characters; its end makes it 100 bytes. */
    static String record(long row, long seed) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_000_007L + row);
        StringBuilder line = new StringBuilder(99);
        for (int index = 0; index < KEY_LENGTH; index++) {
            line.append((char) (' ' + 1 + random.nextInt(94)));
        }
        line.append(String.format(Locale.ROOT, " %010d ", row));
        return line.append(FILLING, 0, 99 - line.length()).toString();
    }

    /** 64 bits from all characters of a line. */
    private static long hash(String line) {
        long hash = 0xcbf29ce484222325L;
        for (int index = 0; index < line.length(); index++) {
            hash = (hash ^ line.charAt(index)) * 0x100000001b3L;
        }
        return hash;
    }
}

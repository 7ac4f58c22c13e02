package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.JobFailedException;
import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Grouping skewed keys on one executor of 512 MiB with two slots: it finishes where each key fits by itself, though all of
 * them take several times the memory, and names operator, key and size where one does not.
 */
class SkewedKeysTest extends FaultTest {
    private static final long ROWS = 1_600_000;
    private static final int KEYS = 100_000;
    private static final int VALUE_BYTES = 100;
    private static final int OTHER_JOBS = 20;

    private Session session;
    private long process;

    @BeforeEach
    void open() throws Exception {
        session = session("local-cluster[1,2,512]").create();
        process = process();
    }

    @AfterEach
    void close() {
        session.close();
    }

    /** Of all rows the most frequent key has about a sixth, the next one an eleventh, and so on as far as single rows. */
    private static int zipf(long row) {
        double uniform = new SplittableRandom(row).nextDouble();
        return (int) Math.pow(KEYS, Math.pow(uniform, 1.5));
    }

    private static byte[] value(long row) {
        byte[] value = new byte[VALUE_BYTES];
        ByteBuffer.wrap(value).putLong(row);
        return value;
    }

    private record Seen(int values, long sum) {}

    @Test
    void keysThatFitAreGroupedWhereAllOfThemDoNot() throws Exception {
        Map<Integer, Seen> expected = new HashMap<>();
        for (long row = 0; row < ROWS; row++) {
            Seen one = new Seen(1, row);
            expected.merge(zipf(row), one, (left, right) -> new Seen(left.values + 1, left.sum + right.sum));
        }
        assertThat(expected.get(1).values).as("values of the hot key").isGreaterThan((int) ROWS / 10);
        Keyed<Integer, Seen> groups = session.range(0, ROWS, 1, 4)
                .mapToPair(row -> Pair.of(zipf(row), value(row)))
                .groupByKey(4)
                .mapValues(values -> {
                    long sum = 0;
                    for (byte[] value : values) {
                        sum += ByteBuffer.wrap(value).getLong();
                    }
                    return new Seen(values.size(), sum);
                });
        assertThat(groups.collectAsMap().equals(expected)).isTrue();
        livesOn();
    }

    @Test
    void aKeyThatDoesNotFitIsNamedWithinSecondsWhileOtherJobsGoOn() throws Exception {
        Keyed<String, byte[]> hot = session.range(0, 2 * ROWS, 1, 4)
                .mapToPair(row -> Pair.of(row % 4 == 0 ? "key " + zipf(row) : "the hot key", value(row)));
        long started = System.nanoTime();
        CompletableFuture<Long> failing = start(() -> hot.groupByKey(4).count());
        for (int job = 0; job < OTHER_JOBS; job++) {
            assertThat(session.range(0, 1000, 1, 2).map(row -> row * 2).reduce(Long::sum))
                    .isEqualTo(999_000L);
        }
        assertThat(failing).as("other jobs went on beside it").isNotDone();
        Throwable failure = failure(failing);
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        assertThat(failure)
                .isInstanceOf(JobFailedException.class)
                .hasMessageContaining("groupByKey ran out of memory in partition ")
                .hasMessageContaining("key the hot key has 2400000 values, about ")
                .hasMessageContaining(" MiB as objects")
                .hasMessageContaining("The task holds ")
                .hasMessageContaining("quiver.executor.memory");
        assertThat(took).isLessThan(Duration.ofSeconds(50));
        livesOn();
    }

    private void livesOn() throws Exception {
        assertThat(process()).as("the executor's process").isEqualTo(process);
    }

    private long process() throws Exception {
        return session.range(0, 1, 1, 1)
                .map(row -> ProcessHandle.current().pid())
                .first();
    }
}

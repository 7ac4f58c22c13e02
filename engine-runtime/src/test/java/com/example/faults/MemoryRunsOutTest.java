package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.quiver.Broadcast;
import dev.quiver.Dataset;
import dev.quiver.JobFailedException;
import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;
import dev.quiver.StorageLevel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Ten ways to run out of memory on an executor of 512 MiB, of which its tasks and caches may have about 19: every one of
 * them ends with a right answer or with an error that names operator, partition, bytes and setting, and the process lives,
 * but where user code itself takes all of the heap.
 */
class MemoryRunsOutTest extends FaultTest {
    /** Rows of about 100 bytes, which as objects take more than 60 MiB. */
    private static final long ROWS = 400_000;

    private Session session;
    private long process;

    @BeforeEach
    void open() throws Exception {
        session = session("local-cluster[1,1,512]")
                .config("quiver.memory.fraction", "0.1")
                .config("quiver.task.maxFailures", "1")
                .create();
        process = process();
    }

    @AfterEach
    void close() {
        session.close();
    }

    @Test
    void sortingGoesThroughTheDisk() throws Exception {
        List<Long> bounds = rows().sortByKey(true, 1)
                .rows()
                .mapPartitions(sorted -> {
                    long rows = 0;
                    long last = Long.MIN_VALUE;
                    while (sorted.hasNext()) {
                        long key = sorted.next().key();
                        rows += key >= last ? 1 : 1_000_000_000;
                        last = key;
                    }
                    return List.of(rows).iterator();
                })
                .collect();
        assertThat(bounds).containsExactly(ROWS);
        livesOn();
    }

    @Test
    void mergingByKeyGoesThroughTheDisk() throws Exception {
        assertThat(rows().mapValues(value -> value.length)
                        .reduceByKey(Integer::sum, 1)
                        .count())
                .isEqualTo(ROWS);
        livesOn();
    }

    @Test
    void joiningGoesThroughTheDisk() throws Exception {
        assertThat(rows().join(rows(), 1).count()).isEqualTo(ROWS);
        livesOn();
    }

    @Test
    void distinctGoesThroughTheDisk() throws Exception {
        assertThat(range().map(row -> "a row that is long enough to take some room, number " + row)
                        .distinct(1)
                        .count())
                .isEqualTo(ROWS);
        livesOn();
    }

    @Test
    void groupingOneHugeKeyNamesIt() throws Exception {
        names(() -> oneKey().groupByKey(1).count(), "groupByKey", "key the hot key has 400000 values, about");
        livesOn();
    }

    @Test
    void cogroupingOneHugeKeyNamesIt() throws Exception {
        names(() -> oneKey().cogroup(oneKey(), 1).count(), "cogroup", "key the hot key has 400000 values in input 1");
        livesOn();
    }

    @Test
    void collectingAPartitionThatIsTooLargeNamesIt() throws Exception {
        Dataset<byte[]> large = session.range(0, 10 * ROWS, 1, 1).map(row -> new byte[100]);
        names(large::collect, "collect", "rows so far take", "write the rows to files");
        livesOn();
    }

    @Test
    void cachingWhatDoesNotFitPassesTheRowsOn() throws Exception {
        Keyed<Long, byte[]> cached = rows().persist(StorageLevel.MEMORY_ONLY);
        assertThat(cached.count()).isEqualTo(ROWS);
        assertThat(cached.count()).isEqualTo(ROWS);
        livesOn();
    }

    @Test
    void aBroadcastLargerThanTheMemoryForItIsReadFromDisk() throws Exception {
        long[] large = new long[4_000_000];
        Arrays.setAll(large, index -> index * 0x9E3779B97F4A7C15L);
        Broadcast<long[]> broadcast = session.broadcast(large);
        assertThat(session.range(0, 4, 1, 4)
                        .map(row -> broadcast.value()[(int) (row + 1000)])
                        .collect())
                .containsExactly(large[1000], large[1001], large[1002], large[1003]);
        livesOn();
    }

    @Test
    void userCodeThatTakesAllOfTheHeapIsNamedByItsLine() throws Exception {
        ThrowingCallable hoarding = () -> session.range(0, 1, 1, 1)
                .map(row -> {
                    List<long[]> hoard = new ArrayList<>();
                    while (true) {
                        hoard.add(new long[1 << 17]);
                    }
                })
                .count();
        assertThat(catchThrowable(hoarding))
                .isInstanceOf(JobFailedException.class)
                .hasMessageContaining("out of memory (Java heap space) at ")
                .hasMessageContaining("MemoryRunsOutTest.java:")
                .hasMessageContaining("in partition 0 of stage")
                .hasMessageContaining("what is not named here is held by user code")
                .hasMessageContaining("quiver.executor.memory");
        assertThat(process()).isNotEqualTo(process);
    }

    private Dataset<Long> range() {
        return session.range(0, ROWS, 1, 2);
    }

    private Keyed<Long, byte[]> rows() {
        return range().mapToPair(row -> Pair.of(row * 7919 % ROWS, new byte[100]));
    }

    private Keyed<String, byte[]> oneKey() {
        return range().mapToPair(row -> Pair.of("the hot key", new byte[100]));
    }

    private static void names(ThrowingCallable action, String operator, String... parts) {
        assertThat(catchThrowable(action))
                .isInstanceOf(JobFailedException.class)
                .hasMessageContaining(operator + " ran out of memory in partition ")
                .hasMessageContaining("The task holds ")
                .hasMessageContaining(" MiB")
                .hasMessageContaining("may hold ")
                .hasMessageContaining("quiver.executor.memory")
                .hasMessageContainingAll(parts);
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

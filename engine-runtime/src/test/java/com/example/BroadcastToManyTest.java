package com.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.quiver.Broadcast;
import dev.quiver.Pair;
import dev.quiver.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the driver sends of a large value that many executors read. */
class BroadcastToManyTest {
    private static final Path IO = Path.of("/proc/self/io");
    private static final int EXECUTORS = 5;
    private static final int BYTES = 24 << 20;
    private static final long SEED = 20261127;

    @TempDir
    Path folder;

    @Test
    void theDriverSendsAValueForFiveExecutorsAtMostThreeTimes() throws Exception {
        assumeTrue(Files.isReadable(IO), "the system does not tell what a process writes");
        byte[] bytes = new byte[BYTES];
        new Random(SEED).nextBytes(bytes);
        long expected = sum(bytes);
        try (Session session = Session.builder()
                .master("local-cluster[" + EXECUTORS + ",1,128]")
                .config("quiver.local.dir", folder.toString())
                .config("quiver.memory.reserved", "50m")
                .create()) {
            assertThat(session.range(0, 100, 1, 2 * EXECUTORS).count()).isEqualTo(100);
            long before = written();
            Broadcast<byte[]> value = session.broadcast(bytes);
            Set<Long> processes = new HashSet<>();
            for (int round = 0; processes.size() < EXECUTORS; round++) {
                assertThat(round)
                        .as("rounds in which not every executor had a task")
                        .isLessThan(20);
                List<Pair<Long, Long>> seen = session.range(0, 2 * EXECUTORS, 1, 2 * EXECUTORS)
                        .map(task -> Pair.of(ProcessHandle.current().pid(), sum(value.value())))
                        .collect();
                for (Pair<Long, Long> one : seen) {
                    processes.add(one.key());
                    assertThat(one.value())
                            .as("sum of the bytes, seed %d", SEED)
                            .isEqualTo(expected);
                }
            }
            double times = (double) (written() - before) / BYTES;
            assertThat(times).as("times the value's size that the driver wrote").isBetween(1.0, 3.0);
        }
    }

    private static long sum(byte[] bytes) {
        long sum = 0;
        for (byte one : bytes) {
            sum = sum * 31 + one;
        }
        return sum;
    }

    /** What this process wrote to sockets and files. */
    private static long written() throws IOException {
        return Files.readAllLines(IO).stream()
                .filter(line -> line.startsWith("wchar:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }
}

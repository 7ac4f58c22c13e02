package dev.quiver.benchmarks;

import dev.quiver.Broadcast;
import dev.quiver.Session;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A large value for every executor: {@code -Dn=} bytes, 256 MiB unless told otherwise, for masters such as
 * {@code local-cluster[10,1,1024]}. Tells how many times its size this process wrote, which is what the driver sent, and
 * the peak memory of this process and of the largest executor.
 */
final class BroadcastLarge implements Workload {
    private static final long USUAL_BYTES = 256 << 20;

    private byte[] bytes;

    /** What a task saw: the sum of the bytes, and by what process. */
    private record Seen(long sum, long process, long peakMebibytes) implements Serializable {}

    @Override
    public void prepare(Session session, Sizes sizes) {
        bytes = new byte[Math.toIntExact(sizes.rows(USUAL_BYTES))];
        new SplittableRandom(42).nextBytes(bytes);
        // Executors are there, and connected, before the clock starts.
        int tasks = tasks(session, sizes);
        session.range(0, tasks, 1, tasks).count();
    }

    /** Two for each executor, so that one that is late has something left to do. */
    private static int tasks(Session session, Sizes sizes) {
        return sizes.partitions(2 * session.defaultParallelism());
    }

    @Override
    public Outcome run(Session session, Sizes sizes) throws IOException {
        int tasks = tasks(session, sizes);
        long before = WrittenBytes.soFar();
        Broadcast<byte[]> broadcast = session.broadcast(bytes);
        List<Seen> seen = session.range(0, tasks, 1, tasks)
                .map(task -> seen(broadcast.value()))
                .collect();
        long written = WrittenBytes.soFar() - before;
        broadcast.destroy();
        long same = seen.stream().mapToLong(Seen::sum).distinct().count();
        String figures = String.format(
                Locale.ROOT,
                "executors=%d mb=%.1f sent=%.4fx drivermib=%d executormib=%d",
                seen.stream().mapToLong(Seen::process).distinct().count(),
                bytes.length / 1e6,
                (double) written / bytes.length,
                PeakMemory.mebibytes(),
                seen.stream().mapToLong(Seen::peakMebibytes).max().orElse(0));
        return new Outcome(same == 1 ? Long.toString(seen.get(0).sum()) : "different", -1, figures);
    }

    private static Seen seen(byte[] bytes) {
        try {
            return new Seen(sum(bytes), ProcessHandle.current().pid(), PeakMemory.mebibytes());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return Long.toString(sum(bytes));
    }

    private static long sum(byte[] bytes) {
        long sum = 0;
        for (byte one : bytes) {
            sum += one;
        }
        return sum;
    }
}

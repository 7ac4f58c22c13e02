package dev.quiver.benchmarks;

import dev.quiver.Broadcast;
import dev.quiver.Session;
import java.util.SplittableRandom;

/** A large value for every task; each adds all its bytes up. */
final class BroadcastBytes implements Workload {
    private byte[] bytes;

    @Override
    public void prepare(Session session, Sizes sizes) {
        bytes = new byte[Math.toIntExact(sizes.rows(64 << 20))];
        new SplittableRandom(42).nextBytes(bytes);
    }

    @Override
    public Outcome run(Session session, Sizes sizes) {
        int tasks = sizes.partitions(4);
        Broadcast<byte[]> broadcast = session.broadcast(bytes);
        long total = session.range(0, tasks, 1, tasks)
                .map(task -> sum(broadcast.value()))
                .reduce(Long::sum);
        broadcast.destroy();
        return Outcome.of(total);
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return Long.toString(sum(bytes) * sizes.partitions(4));
    }

    private static long sum(byte[] bytes) {
        long sum = 0;
        for (byte one : bytes) {
            sum += one;
        }
        return sum;
    }
}

package dev.quiver.shuffle.reader;

import static dev.quiver.shuffle.Exchange.SHUFFLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.ExecutorId;
import dev.quiver.shuffle.store.ChunkMemory;
import dev.quiver.shuffle.tracker.MapOutputTracker;
import dev.quiver.shuffle.wire.AheadStream;
import dev.quiver.shuffle.wire.FetchRequest;
import dev.quiver.task.MapOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What comes ahead, when tasks and answers meet in any order. The holder of the map outputs is played by the test. */
class AheadHolderTest {
    private static final ExecutorId FAR = new ExecutorId("far", 0);
    private static final int PARTITIONS = 40;
    private static final int MOST = 4096;

    private static final class Memory implements ChunkMemory {
        private long free = Long.MAX_VALUE;
        private long used;

        @Override
        public boolean tryGrow(long bytes) {
            if (used + bytes > free) {
                return false;
            }
            used += bytes;
            return true;
        }

        @Override
        public void force(long bytes) {
            used += bytes;
        }

        @Override
        public void shrink(long bytes) {
            used -= bytes;
        }
    }

    private record Asked(FetchRequest request, ChunkFetcher.Listener listener, List<String> cancels) {
        void sends(byte[] bytes) {
            listener.onBytes(new ChunkFetcher.Piece() {
                @Override
                public ByteBuffer bytes() {
                    return ByteBuffer.wrap(bytes);
                }

                @Override
                public void close() {}
            });
        }

        void brings(int... partitions) {
            for (int partition : partitions) {
                sends(AheadStream.partition(partition, chunks(partition)));
            }
        }

        void ends() {
            sends(AheadStream.end());
            listener.onEnd();
        }
    }

    private final Memory memory = new Memory();
    private final List<Asked> asked = new ArrayList<>();
    private final Map<Integer, List<byte[]>> given = new TreeMap<>();
    private AheadHolder holder;

    @BeforeEach
    void start() {
        MapOutputTracker tracker = new MapOutputTracker();
        tracker.register(SHUFFLE, 1, PARTITIONS);
        byte[] sizes = new byte[PARTITIONS];
        tracker.add(FAR, new MapOutput(SHUFFLE, 0, 0, 0, 1, MapOutput.NOT_COUNTED, sizes));
        ChunkFetcher fetcher = (to, request, listener, window) -> {
            Asked request1 = new Asked(FetchRequest.decode(request), listener, new ArrayList<>());
            asked.add(request1);
            return request1.cancels()::add;
        };
        holder = new AheadHolder(tracker.snapshot(SHUFFLE), FAR, MOST, fetcher, memory);
    }

    private static byte[] chunks(int partition) {
        return new byte[] {(byte) partition, 1, 2, 3};
    }

    private boolean take(int partition) {
        return holder.take(
                partition,
                stream -> given.computeIfAbsent(partition, key -> new ArrayList<>())
                        .add(stream));
    }

    private boolean ask(int... following) {
        return holder.ask(index -> index < following.length ? following[index] : -1);
    }

    private Asked last() {
        return asked.get(asked.size() - 1);
    }

    @Test
    void asksForThePartitionsThatFollowInOneRequest() {
        assertThat(take(0)).isFalse();
        assertThat(ask(1, 2, 3, 7, 8)).isTrue();
        assertThat(last().request().reducePartition()).isEqualTo(1);
        assertThat(last().request().ahead()).isEqualTo(new FetchRequest.Ahead(3, MOST));
        assertThat(last().request().wanted().count()).isEqualTo(1);
        last().brings(1, 2, 3);
        last().ends();

        assertThat(take(1)).isTrue();
        assertThat(take(2)).isTrue();
        assertThat(given.get(1)).containsExactly(chunks(1));
        assertThat(ask(3, 7, 8)).isTrue();
        assertThat(last().request().reducePartition()).isEqualTo(7);
        last().brings(7);
        last().ends();
        assertThat(take(8)).as("it was left out").isFalse();
        assertThat(take(3)).isTrue();
        assertThat(take(7)).isTrue();
        assertThat(memory.used).isZero();
    }

    @Test
    void asksForNothingThatIsReadAlreadyOrNotWorthIt() {
        take(1);
        assertThat(ask(1)).isFalse();
        assertThat(ask(1, 2)).as("one alone").isFalse();
        assertThat(ask(2, 4)).as("none beside it").isFalse();
        assertThat(ask()).isFalse();
        assertThat(ask(5, 6)).isTrue();
        assertThat(ask(8, 9)).as("one request at a time").isFalse();
        last().brings(5, 6);
        last().ends();
        assertThat(ask(8, 9)).as("enough is there").isFalse();
        take(5);
        assertThat(ask(6, 8, 9)).isTrue();
        assertThat(asked).hasSize(2);
    }

    @Test
    void givesATaskWhatIsOnItsWayWhenItArrives() {
        ask(1, 2, 3, 4);
        assertThat(take(1)).isTrue();
        assertThat(take(2)).isTrue();
        assertThat(take(2)).as("a second try of the task asks for itself").isFalse();
        assertThat(given).isEmpty();
        last().brings(2);
        assertThat(given.get(1)).as("left out").containsExactly((byte[]) null);
        assertThat(given.get(2)).containsExactly(chunks(2));
        assertThat(take(3)).isTrue();
        last().ends();
        assertThat(given.get(3)).as("left out").containsExactly((byte[]) null);
        assertThat(take(4)).isFalse();
        assertThat(memory.used).isZero();
    }

    @Test
    void letsTasksAskForThemselvesWhenTheAnswerIsBrokenAndReadsAheadNoMore() {
        ask(1, 2, 3);
        last().brings(1);
        take(2);
        last().listener().onError(new IOException("connection reset"));
        assertThat(given.get(2)).containsExactly((byte[]) null);
        assertThat(take(3)).isFalse();
        assertThat(take(1)).as("it had arrived whole").isTrue();
        assertThat(ask(7, 8, 9)).isFalse();
        assertThat(memory.used).isZero();
    }

    @Test
    void stopsAnAnswerThatIsMalformed() {
        ask(1, 2, 3);
        take(2);
        byte[] bad = AheadStream.partition(2, chunks(2));
        bad[9] ^= 1;
        last().sends(bad);
        assertThat(last().cancels()).hasSize(1);
        assertThat(given.get(2)).containsExactly((byte[]) null);
        last().listener().onEnd();
        ask(5, 6);
        assertThat(asked).hasSize(1);
        assertThat(memory.used).isZero();
    }

    @Test
    void refusesPartitionsItNeverAskedFor() {
        ask(1, 2, 3);
        last().brings(9);
        assertThat(last().cancels()).hasSize(1);
        assertThat(take(9)).isFalse();
    }

    @Test
    void asksNoMoreOfAHolderWhosePartitionsAreAllLarge() {
        ask(1, 2, 3);
        last().ends();
        assertThat(ask(4, 5, 6)).isFalse();
        assertThat(memory.used).isZero();
    }

    @Test
    void asksForNothingWhenThereIsNoRoomToKeepIt() {
        memory.free = MOST - 1;
        assertThat(ask(1, 2, 3)).isFalse();
        assertThat(asked).isEmpty();
        memory.free = MOST;
        assertThat(ask(1, 2, 3)).isTrue();
        assertThat(memory.used).isEqualTo(MOST);
        last().brings(1, 2, 3);
        last().ends();
        assertThat(memory.used).as("what is kept").isEqualTo(12);
    }

    @Test
    void givesEverythingBackWhenItIsClosed() {
        ask(1, 2, 3, 4);
        last().brings(1);
        take(3);
        holder.close();
        assertThat(last().cancels()).hasSize(1);
        assertThat(given.get(3)).containsExactly((byte[]) null);
        last().brings(2, 3);
        last().ends();
        assertThat(take(1)).isFalse();
        assertThat(take(2)).isFalse();
        assertThat(ask(7, 8)).isFalse();
        assertThat(memory.used).isZero();
    }

    @Test
    void everyTaskHearsOnceWhateverHappensInWhateverOrder() {
        for (long seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            asked.clear();
            given.clear();
            memory.used = 0;
            start();
            List<Integer> expecting = new ArrayList<>();
            int next = 0;
            int sent = 0;
            boolean over = true;
            for (int step = 0; step < 80; step++) {
                Asked current = asked.isEmpty() ? null : last();
                switch (random.nextInt(6)) {
                    case 0, 1 -> {
                        if (next < PARTITIONS && take(next)) {
                            expecting.add(next);
                        }
                        next += random.nextInt(3) == 0 ? 2 : 1;
                    }
                    case 2 -> {
                        int[] following = new int[random.nextInt(6)];
                        for (int index = 0; index < following.length; index++) {
                            following[index] = Math.min(PARTITIONS - 1, next + index);
                        }
                        if (ask(following)) {
                            sent = last().request().reducePartition();
                            over = false;
                        }
                    }
                    case 3, 4 -> {
                        if (!over
                                && sent
                                        < current.request().reducePartition()
                                                + current.request().ahead().partitions()) {
                            sent += random.nextInt(4) == 0 ? 1 : 0;
                            if (sent
                                    < current.request().reducePartition()
                                            + current.request().ahead().partitions()) {
                                current.brings(sent++);
                            }
                        }
                    }
                    default -> {
                        if (!over && random.nextInt(3) == 0) {
                            over = true;
                            if (random.nextInt(4) == 0) {
                                current.listener().onError(new IOException("reset"));
                            } else {
                                current.ends();
                            }
                        } else if (random.nextInt(30) == 0) {
                            holder.close();
                            over = true;
                        }
                    }
                }
            }
            if (!over) {
                last().ends();
            }
            holder.close();
            for (int partition : expecting) {
                assertThat(given.get(partition))
                        .as("seed %d, partition %d", seed, partition)
                        .hasSize(1);
            }
            assertThat(given.keySet()).as("seed %d", seed).isSubsetOf(expecting);
            long used = memory.used;
            assertThat(used).as("seed %d", seed).isZero();
        }
    }
}

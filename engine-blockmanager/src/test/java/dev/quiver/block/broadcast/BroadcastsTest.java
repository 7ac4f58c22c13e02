package dev.quiver.block.broadcast;

import static dev.quiver.block.broadcast.Cluster.DRIVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.QuiverException;
import dev.quiver.UsageException;
import dev.quiver.block.BlockManager;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.exec.arrow.BodyCodec;
import dev.quiver.exec.arrow.ByteFrames;
import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BroadcastsTest {
    private static final BroadcastId ID = new BroadcastId(4);
    private static final int CHUNKS = 20;

    @TempDir
    Path folder;

    private final byte[] value = new byte[CHUNKS * Cluster.CHUNK - 5];
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Cluster cluster;

    @BeforeEach
    void start() {
        new Random(1).nextBytes(value);
        cluster = new Cluster(folder, 1);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        cluster.close();
    }

    private static BlockId chunk(int number) {
        return new BlockId.BroadcastChunk(ID, number);
    }

    private List<Object> all(List<Callable<Object>> asks) throws Exception {
        List<Object> values = new ArrayList<>();
        for (Future<Object> answer : threads.invokeAll(asks)) {
            values.add(answer.get());
        }
        return values;
    }

    @Test
    void loadsAValueOnceWhenEightTasksAskTogether() throws Exception {
        cluster.offer(ID, value);
        Broadcasts executor = cluster.start(1);
        CyclicBarrier together = new CyclicBarrier(8);
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        seen.addAll(all(Collections.nCopies(8, () -> {
            together.await();
            return executor.value(ID);
        })));
        assertThat(seen).hasSize(1).first().isEqualTo(value);
        assertThat(cluster.reads).hasValue(1);
        assertThat(cluster.sentBy(DRIVER)).isEqualTo(CHUNKS);
    }

    @Test
    void sendsEachChunkFromTheDriverAboutOnceWhateverTheNumberOfExecutors() throws Exception {
        cluster.offer(ID, value);
        CyclicBarrier together = new CyclicBarrier(10);
        List<Callable<Object>> asks = new ArrayList<>();
        for (int number = 0; number < 10; number++) {
            Broadcasts executor = cluster.start(number);
            asks.add(() -> {
                together.await();
                return executor.value(ID);
            });
        }
        assertThat(all(asks)).allSatisfy(read -> assertThat(read).isEqualTo(value));
        assertThat(cluster.sent).hasSize(10 * CHUNKS);
        assertThat(cluster.sentBy(DRIVER)).isEqualTo(CHUNKS);
    }

    @Test
    void readsEmptyAndSmallValues() throws Exception {
        Broadcasts executor = cluster.start(1);
        for (int length : new int[] {0, 1, Cluster.CHUNK, Cluster.CHUNK + 1}) {
            BroadcastId id = new BroadcastId(100 + length);
            cluster.offer(id, Arrays.copyOf(value, length));
            assertThat(executor.value(id)).isEqualTo(Arrays.copyOf(value, length));
            assertThat(cluster.swarms.manifest(id).orElseThrow().plainBytes()).isEqualTo(length);
        }
    }

    @Test
    void restoresChunksThatWereCompressedAndThoseThatWereNot() throws Exception {
        byte[] half = value.clone();
        Arrays.fill(half, 0, half.length / 2, (byte) 7);
        for (BodyCodec codec : List.of(BodyCodec.LZ4, BodyCodec.ZSTD)) {
            BroadcastManifest manifest = cluster.store.write(ID, half, (plain, length) -> {
                byte[] packed = ByteFrames.compress(plain, length, codec);
                return packed.length < length
                        ? new ChunkCodec.Packed(codec.method(), packed)
                        : ChunkCodec.NONE.pack(plain, length);
            });
            cluster.swarms.offer(ID, manifest, "here");
            assertThat(manifest.storedBytes()).isLessThan(half.length * 2L / 3);
            assertThat(manifest.chunks().get(CHUNKS - 1).method()).isEqualTo(BodyCodec.Method.NONE);
            assertThat(cluster.start(codec.method().ordinal()).value(ID)).isEqualTo(half);
            assertThat(cluster.store.read(ID, manifest)).isEqualTo(half);
        }
    }

    @Test
    void namesWhereADestroyedValueWasCreatedAndDestroyed() throws Exception {
        cluster.offer(ID, value);
        Broadcasts executor = cluster.start(1);
        assertThat(executor.value(ID)).isEqualTo(value);
        cluster.swarms.remove(ID, "was destroyed at Job.main(Job.java:9)");
        cluster.store.remove(ID);
        assertThat(executor.value(ID)).as("until it is told").isEqualTo(value);
        executor.remove(ID);
        assertThatThrownBy(() -> executor.value(ID))
                .isInstanceOf(UsageException.class)
                .hasMessage("broadcast 4, created at Job.main(Job.java:3), was destroyed at Job.main(Job.java:9)");
        MemoryBudget memory = cluster.budgets.get(Cluster.executor(1));
        assertThat(memory.freeBytes()).isEqualTo(memory.totalBytes());
    }

    @Test
    void fetchesAValueAgainAfterItWasUnpersisted() throws Exception {
        cluster.offer(ID, value);
        Broadcasts executor = cluster.start(1);
        executor.value(ID);
        cluster.swarms.unpersist(ID);
        executor.remove(ID);
        MemoryBudget memory = cluster.budgets.get(Cluster.executor(1));
        assertThat(memory.freeBytes()).isEqualTo(memory.totalBytes());
        assertThat(executor.value(ID)).isEqualTo(value);
        assertThat(cluster.sentBy(DRIVER)).isEqualTo(2 * CHUNKS);
    }

    @Test
    void countsChunksAndValueAgainstTheMemoryOfTheExecutor() throws Exception {
        cluster.offer(ID, value);
        cluster.start(1).value(ID);
        MemoryBudget memory = cluster.budgets.get(Cluster.executor(1));
        assertThat(memory.ledger())
                .containsEntry("broadcast values", (long) value.length)
                .containsEntry("broadcast value 4", (long) value.length);
    }

    @Test
    void listsTheObjectsOfAValueBeyondItsSerializedSizeUntilItIsDropped() throws Exception {
        cluster.reading = bytes -> {
            Map<Integer, String> names = new HashMap<>();
            for (int number = 0; number < 10_000; number++) {
                names.put(number, "name " + number);
            }
            return names;
        };
        cluster.offer(ID, value);
        Broadcasts executor = cluster.start(1);
        executor.value(ID);
        MemoryBudget memory = cluster.budgets.get(Cluster.executor(1));
        assertThat(memory.report().describe())
                .contains("broadcast value 4 holds")
                .contains("Beside these on the heap, about: broadcast value 4 as objects, beyond its serialized size");
        long counted = memory.ledger().get("broadcast value 4");
        assertThat(memory.report().beside())
                .singleElement()
                .satisfies(objects -> assertThat(objects.bytes() + counted).isBetween(900_000L, 1_400_000L));
        executor.remove(ID);
        assertThat(memory.report().beside()).isEmpty();
    }

    @Test
    void keepsChunksOnDiskWhenMemoryIsShortAndServesThemFromThere() throws Exception {
        cluster.offer(ID, value);
        // The value itself has to be in memory; what is left beside it is for chunks.
        Broadcasts small = cluster.start(1, value.length + 4L * Cluster.CHUNK);
        assertThat(small.value(ID)).isEqualTo(value);
        try (Stream<Path> files = Files.walk(folder.resolve("1"))) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(CHUNKS - 4);
        }
        assertThat(cluster.start(2).value(ID)).isEqualTo(value);
        assertThat(cluster.sentBy(Cluster.executor(1))).isEqualTo(CHUNKS);
    }

    @Test
    void fetchesAChunkThatIsDamagedAtAPeerFromAnother() throws Exception {
        cluster.offer(ID, value);
        cluster.start(1).value(ID);
        BlockManager holder = cluster.managers.get(Cluster.executor(1));
        byte[] damaged = holder.localBlob(chunk(3)).orElseThrow().clone();
        damaged[17] ^= 1;
        holder.putBlob(chunk(3), damaged);
        cluster.sent.clear();
        assertThat(cluster.start(2).value(ID)).isEqualTo(value);
        assertThat(cluster.sent)
                .filteredOn(one -> one.block().equals(chunk(3)))
                .extracting(Cluster.Sent::from)
                .containsExactly(Cluster.executor(1), DRIVER);
        assertThat(cluster.sentBy(DRIVER)).isEqualTo(1);
    }

    @Test
    void fetchesAChunkAgainThatWasDamagedOnTheWay() throws Exception {
        cluster.offer(ID, value);
        cluster.network = (from, block, answer) -> {
            byte[] arrived = answer.clone();
            arrived[arrived.length / 2] ^= cluster.sent.size() % 3 == 1 ? 1 : 0;
            return arrived;
        };
        assertThat(cluster.start(1).value(ID)).isEqualTo(value);
        assertThat(cluster.sent.size()).isGreaterThan(CHUNKS);
    }

    @Test
    void othersGoOnWhenAnExecutorIsLostWhileItServes() throws Exception {
        cluster.offer(ID, value);
        cluster.start(1).value(ID);
        cluster.start(2).value(ID);
        long before = cluster.sentBy(Cluster.executor(1));
        cluster.network = (from, block, answer) -> {
            if (from.equals(Cluster.executor(1)) && cluster.sentBy(from) > before + 2) {
                throw new IOException("executor 1 is gone");
            }
            return answer;
        };
        assertThat(cluster.start(3).value(ID)).isEqualTo(value);
        cluster.swarms.forget(Cluster.executor(1));
        long tried = cluster.sentBy(Cluster.executor(1));
        assertThat(cluster.start(4).value(ID)).isEqualTo(value);
        assertThat(cluster.sentBy(Cluster.executor(1))).isEqualTo(tried);
        assertThat(cluster.sentBy(DRIVER)).isEqualTo(CHUNKS);
    }

    @Test
    void givesUpWithTheReasonWhenTheDriverItselfCannotGiveAChunk() throws Exception {
        cluster.offer(ID, value);
        cluster.managers.get(DRIVER).remove(chunk(5));
        Broadcasts executor = cluster.start(1);
        assertThatThrownBy(() -> executor.value(ID))
                .isInstanceOf(QuiverException.class)
                .hasMessageContaining("chunk 5 of 20 could not be had in 3 tries")
                .hasMessageContaining("it is not there any more");
        assertThat(cluster.budgets.get(Cluster.executor(1)).ledger()).doesNotContainKey("broadcast value 4");
        cluster.managers.get(DRIVER).putBlob(chunk(5), Arrays.copyOfRange(value, 5 * 1024, 6 * 1024));
        assertThat(executor.value(ID)).as("the next task tries again").isEqualTo(value);
    }

    @Test
    void readsAgainWhatWasDamagedHereBeforeItWasRead() throws Exception {
        cluster.offer(ID, value);
        Broadcasts executor = cluster.start(1);
        byte[] wrong = new byte[Cluster.CHUNK];
        cluster.managers.get(Cluster.executor(1)).putBlob(chunk(0), wrong);
        assertThat(executor.value(ID)).isEqualTo(value);
    }

    @Test
    void aTaskThatIsStoppedWhileItLoadsTakesNoOtherAlong() throws Exception {
        cluster.offer(ID, value);
        Broadcasts executor = cluster.start(1);
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        cluster.network = (from, block, answer) -> {
            if (loading.getCount() > 0) {
                loading.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException killed) {
                    throw new java.io.InterruptedIOException("killed");
                }
            }
            return answer;
        };
        Thread first = new Thread(() -> {
            try {
                executor.value(ID);
            } catch (InterruptedException killed) {
                stopped.countDown();
            }
        });
        first.start();
        assertThat(loading.await(30, TimeUnit.SECONDS)).isTrue();
        Future<Object> second = threads.submit(() -> executor.value(ID));
        first.interrupt();
        assertThat(stopped.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo(value);
    }

    @Test
    void whatWasDroppedWhileItWasLoadedLeavesNothingBehind() throws Exception {
        cluster.offer(ID, value);
        Broadcasts executor = cluster.start(1);
        cluster.network = (from, block, answer) -> {
            if (cluster.sent.size() == CHUNKS / 2) {
                executor.remove(ID);
            }
            return answer;
        };
        assertThat(executor.value(ID)).isEqualTo(value);
        MemoryBudget memory = cluster.budgets.get(Cluster.executor(1));
        assertThat(memory.freeBytes()).isEqualTo(memory.totalBytes());
    }
}

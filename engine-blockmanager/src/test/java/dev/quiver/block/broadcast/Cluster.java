package dev.quiver.block.broadcast;

import dev.quiver.block.BlockManager;
import dev.quiver.block.BlockSettings;
import dev.quiver.block.BlockTransfer;
import dev.quiver.block.folder.LocalFolders;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.wire.FrameSink;
import dev.quiver.block.wire.FrameWriter;
import dev.quiver.config.Config;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.ExecutorId;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.time.Clock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A driver and executors in one process, with a network between them that a test can break. Values are byte arrays. */
final class Cluster implements BlockTransfer, AutoCloseable {
    static final ExecutorId DRIVER = new ExecutorId("driver", 0);
    static final int CHUNK = 1024;

    /** One request for a chunk. */
    record Sent(ExecutorId from, BlockId block) {}

    /** What happens to one answer on its way. */
    interface Network {
        byte[] carry(ExecutorId from, BlockId block, byte[] answer) throws IOException;
    }

    final Map<ExecutorId, BlockManager> managers = new LinkedHashMap<>();
    final Map<ExecutorId, MemoryBudget> budgets = new LinkedHashMap<>();
    final Map<ExecutorId, Broadcasts> executors = new LinkedHashMap<>();
    final List<Sent> sent = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger reads = new AtomicInteger();
    final Swarms swarms;
    final BroadcastStore store;
    volatile Network network = (from, block, answer) -> answer;
    /** What a value is, by its bytes. */
    volatile UnaryOperator<Object> reading = UnaryOperator.identity();

    private final Path folder;
    private final BlockSettings settings = BlockSettings.of(Config.empty());

    private final ValueSerializer bytes = new ValueSerializer() {
        @Override
        public byte[] write(Object value) {
            return (byte[]) value;
        }

        @Override
        public Object read(byte[] from, int offset, int length) {
            reads.incrementAndGet();
            return reading.apply(java.util.Arrays.copyOfRange(from, offset, offset + length));
        }
    };

    Cluster(Path folder, long seed) {
        this.folder = folder;
        Random random = new Random(seed);
        this.swarms = new Swarms(DRIVER, Clock.system(), bound -> {
            synchronized (random) {
                return random.nextInt(bound);
            }
        });
        this.store = new BroadcastStore(manager(DRIVER, 1 << 24), bytes, new BroadcastSettings(CHUNK));
    }

    static ExecutorId executor(int number) {
        return new ExecutorId(String.valueOf(number), 0);
    }

    private BlockManager manager(ExecutorId id, long budgetBytes) {
        MemoryBudget budget = new MemoryBudget(budgetBytes, 0.5);
        BlockManager manager = new BlockManager(
                id,
                settings,
                budget,
                LocalFolders.of(folder.resolve(id.name())),
                new ArrowBatches(),
                block -> List.of(),
                this,
                pause -> {});
        managers.put(id, manager);
        budgets.put(id, budget);
        return manager;
    }

    Broadcasts start(int number) {
        return start(number, 1 << 24);
    }

    Broadcasts start(int number, long budgetBytes) {
        ExecutorId id = executor(number);
        BroadcastGuide guide = new BroadcastGuide() {
            @Override
            public BroadcastManifest manifest(BroadcastId broadcast) {
                return swarms.manifest(broadcast)
                        .orElseThrow(() -> new dev.quiver.UsageException(swarms.whyGone(broadcast)));
            }

            @Override
            public ChunkAdvice next(BroadcastId broadcast, BitSet held, Optional<Missed> missed) {
                return swarms.next(id, broadcast, held, missed);
            }
        };
        Broadcasts broadcasts = new Broadcasts(
                manager(id, budgetBytes), bytes, guide, settings, pause -> Thread.sleep(pause.toMillis() / 100), true);
        executors.put(id, broadcasts);
        return broadcasts;
    }

    void offer(BroadcastId id, byte[] value) throws IOException {
        swarms.offer(id, store.write(id, value, ChunkCodec.NONE), "Job.main(Job.java:3)");
    }

    /** How many chunks came from there. */
    long sentBy(ExecutorId holder) {
        synchronized (sent) {
            return sent.stream().filter(one -> one.from().equals(holder)).count();
        }
    }

    @Override
    public InputStream open(ExecutorId from, BlockId block) throws IOException {
        sent.add(new Sent(from, block));
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        managers.get(from).send(block, new FrameWriter(new FrameSink() {
            @Override
            public void send(ByteBuffer data) {
                byte[] copy = new byte[data.remaining()];
                data.duplicate().get(copy);
                answer.writeBytes(copy);
            }

            @Override
            public void send(FileChannel file, long offset, long length) {
                throw new AssertionError("chunks are sent from memory");
            }
        }));
        return new ByteArrayInputStream(network.carry(from, block, answer.toByteArray()));
    }

    @Override
    public void close() {
        managers.values().forEach(BlockManager::close);
    }
}

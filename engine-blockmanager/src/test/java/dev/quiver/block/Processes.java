package dev.quiver.block;

import dev.quiver.block.folder.LocalFolders;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.wire.FrameSink;
import dev.quiver.block.wire.FrameWriter;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.id.BlockId;
import dev.quiver.id.ExecutorId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Several block managers in one process, a network between them that a test can break, and the driver's registry. */
final class Processes implements BlockTransfer, AutoCloseable {
    /** What happens to one answer on its way. */
    interface Network {
        byte[] carry(ExecutorId from, BlockId block, byte[] answer) throws IOException;
    }

    final BlockRegistry registry = new BlockRegistry();
    final ArrowBatches arrow = new ArrowBatches();
    final Map<ExecutorId, BlockManager> managers = new LinkedHashMap<>();
    final List<Duration> pauses = new ArrayList<>();
    Network network = (from, block, answer) -> answer;
    BlockSettings settings = settings();
    int requests;
    private final Path folder;

    Processes(Path folder) {
        this.folder = folder;
    }

    static ExecutorId executor(int number) {
        return new ExecutorId(String.valueOf(number), 0);
    }

    /** Where stores of their own put blocks. */
    static DiskFolder diskFolder(Path folder) {
        return new DiskFolder(LocalFolders.of(folder), FileChannel::open);
    }

    static BlockSettings settings() {
        return BlockSettings.of(dev.quiver.config.Config.empty());
    }

    BlockManager start(int number, MemoryBudget budget) {
        BlockManager manager = new BlockManager(
                executor(number),
                settings,
                budget,
                LocalFolders.of(folderOf(number)),
                arrow,
                registry,
                this,
                this::paused);
        managers.put(executor(number), manager);
        return manager;
    }

    private synchronized void paused(Duration duration) {
        pauses.add(duration);
    }

    Path folderOf(int number) {
        return folder.resolve("blocks-" + number);
    }

    /** Tells the registry what every manager has to say. */
    void report() {
        managers.forEach(
                (executor, manager) -> manager.drainUpdates().forEach(update -> registry.update(executor, update)));
    }

    @Override
    public InputStream open(ExecutorId from, BlockId block) throws IOException {
        synchronized (this) {
            requests++;
        }
        return new ByteArrayInputStream(network.carry(from, block, answerOf(managers.get(from), block)));
    }

    static byte[] answerOf(BlockManager manager, BlockId block) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        manager.send(block, new FrameWriter(new FrameSink() {
            @Override
            public void send(ByteBuffer bytes) {
                byte[] copy = new byte[bytes.remaining()];
                bytes.duplicate().get(copy);
                answer.writeBytes(copy);
            }

            @Override
            public void send(FileChannel file, long offset, long length) throws IOException {
                ByteBuffer bytes = ByteBuffer.allocate((int) length);
                while (bytes.hasRemaining()) {
                    file.read(bytes, offset + bytes.position());
                }
                send(bytes.flip());
            }
        }));
        return answer.toByteArray();
    }

    @Override
    public void close() {
        managers.values().forEach(BlockManager::close);
    }
}

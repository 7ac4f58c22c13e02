package dev.quiver.block;

import static dev.quiver.block.Sample.cached;
import static dev.quiver.block.Sample.longs;
import static dev.quiver.block.Sample.numbers;
import static dev.quiver.block.Sample.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.block.folder.LocalFolders;
import dev.quiver.block.wire.BlockFrames;
import dev.quiver.block.wire.FrameSink;
import dev.quiver.block.wire.FrameWriter;
import dev.quiver.exec.arrow.ArrowBatches;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks that lie behind the reach of an int, in files that are mostly holes. */
class LargeBlockTest {
    private static final long GIBI = 1L << 30;

    @TempDir
    Path folder;

    private final ArrowBatches arrow = new ArrowBatches();
    private final List<DiskBlock.Message> messages = new ArrayList<>();
    private DiskFolder disk;
    private Path file;

    @BeforeEach
    void write() throws IOException {
        disk = new DiskFolder(LocalFolders.of(folder.resolve("blocks")), FileChannel::open);
        file = folder.resolve("sparse.arrow");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            long first = 0;
            for (long offset : new long[] {2 * GIBI - 8, 2 * GIBI + (1 << 20), 4 * GIBI - 8, 9 * GIBI + 16}) {
                byte[] message = arrow.batchMessage(longs(first));
                ByteBuffer bytes = ByteBuffer.wrap(message);
                messages.add(new DiskBlock.Message(0, offset, message.length, BlockFrames.checksum(bytes)));
                channel.write(bytes, offset);
                first += Sample.ROWS;
            }
        }
    }

    private DiskReader reader() throws IOException {
        DiskBlock.Part part = new DiskBlock.Part(file, arrow.schemaMessage(longs(0)), Files.size(file));
        DiskBlock block = new DiskBlock(List.of(part), messages);
        assertThat(block.sizeBytes()).isGreaterThan(9 * GIBI);
        return new DiskReader(cached(1, 0), block, disk, arrow);
    }

    @Test
    void isVerifiedAndReadToItsEnd() throws Exception {
        DiskReader reader = reader();
        reader.verify();
        assertThat(rows(Optional.of(reader))).isEqualTo(numbers(0, 4));
    }

    @Test
    void isFoundDamagedBehindTheReachOfAnInt() throws Exception {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {77}), 9 * GIBI + 16 + 300);
        }
        try (DiskReader reader = reader()) {
            assertThatThrownBy(reader::verify)
                    .isInstanceOf(CorruptBlock.class)
                    .hasMessageContaining(String.valueOf(9 * GIBI + 16));
        }
    }

    @Test
    void isSentFromWhereItLies() throws Exception {
        List<Long> offsets = new ArrayList<>();
        try (DiskReader reader = reader()) {
            reader.send(new FrameWriter(new FrameSink() {
                @Override
                public void send(ByteBuffer bytes) {
                    assertThat(bytes.remaining()).isPositive();
                }

                @Override
                public void send(FileChannel channel, long offset, long length) {
                    offsets.add(offset);
                }
            }));
        }
        assertThat(offsets)
                .containsExactlyElementsOf(
                        messages.stream().map(DiskBlock.Message::offset).toList());
    }
}

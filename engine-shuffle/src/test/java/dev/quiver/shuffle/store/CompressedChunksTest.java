package dev.quiver.shuffle.store;

import static dev.quiver.shuffle.Exchange.SETTINGS;
import static dev.quiver.shuffle.Exchange.SHUFFLE;
import static dev.quiver.shuffle.Exchange.expected;
import static dev.quiver.shuffle.Exchange.objects;
import static dev.quiver.shuffle.Exchange.read;
import static dev.quiver.shuffle.Exchange.wanted;
import static dev.quiver.shuffle.Exchange.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.block.folder.LocalFolders;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.arrow.BodyCodec.Method;
import dev.quiver.shuffle.Exchange;
import dev.quiver.shuffle.compress.Compression;
import dev.quiver.shuffle.compress.CompressionMode;
import dev.quiver.shuffle.compress.CompressionSettings;
import dev.quiver.shuffle.compress.CompressionTotals;
import dev.quiver.shuffle.format.Disk;
import dev.quiver.task.MapVersion;
import dev.quiver.time.Clock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressedChunksTest {
    @TempDir
    Path folder;

    /** Bytes a second to the readers; a test may change it while a store is in use. */
    private double link = 1_000_000;

    private ShuffleStore store(CompressionMode mode) {
        CompressionSettings settings = new CompressionSettings(mode, mode, 1, 1);
        return new ShuffleStore(
                LocalFolders.of(folder.resolve("executor")),
                Durability.FILES,
                SETTINGS,
                Exchange.OPTIONS,
                Exchange::builder,
                Exchange::checksums,
                new ArrowBatches(),
                new Compression(settings, () -> link, Clock.system()),
                Disk.system(),
                ChunkMemory.UNLIMITED);
    }

    @Test
    void aStoreWhoseChunksMixCodecsIsReadBack() throws Exception {
        try (ShuffleStore store = store(CompressionMode.AUTO)) {
            for (int map = 0; map < 30; map++) {
                link = map < 10 || map >= 20 ? Double.POSITIVE_INFINITY : 1_000_000;
                write(store, new MapVersion(map, 0, 0), 3, 1_500);
            }
            CompressionTotals totals = store.compression().totals();
            assertThat(Stream.of(Method.values())
                            .map(method -> totals.of(method).chunks()))
                    .allMatch(chunks -> chunks > 0);
            for (int map = 0; map < 30; map++) {
                MapVersion version = new MapVersion(map, 0, 0);
                for (int reduce = 0; reduce < 3; reduce++) {
                    assertThat(read(store, reduce, version))
                            .containsExactlyInAnyOrderElementsOf(expected(version, reduce, 1_500));
                }
            }
            store.seal(SHUFFLE);
        }
    }

    @Test
    void compressedChunksTakeLessOfTheDisk() throws Exception {
        long plain = bytesWritten(CompressionMode.NONE);
        for (CompressionMode mode : List.of(CompressionMode.LZ4, CompressionMode.ZSTD)) {
            assertThat(bytesWritten(mode)).as(mode.text()).isLessThan(plain * 2 / 3);
        }
    }

    private long bytesWritten(CompressionMode mode) throws Exception {
        try (ShuffleStore store = store(mode)) {
            for (int map = 0; map < 10; map++) {
                write(store, new MapVersion(map, 0, 0), 1, 1_900);
            }
            return store.fileBytes();
        }
    }

    @Test
    void anyFlippedBitOfACompressedChunkIsFoundByItsChecksum() throws Exception {
        for (CompressionMode mode : List.of(CompressionMode.LZ4, CompressionMode.ZSTD)) {
            MapVersion version = new MapVersion(0, 0, 0);
            int damaged = 0;
            try (ShuffleStore store = store(mode)) {
                write(store, version, 1, 3_000);
                try (PartitionView view = store.read(SHUFFLE, 0, wanted(version), 0)) {
                    StoredChunk.InFile chunk =
                            (StoredChunk.InFile) view.chunks().get(0);
                    List<Object> rows = objects(Exchange.load(view, chunk));
                    Random random = new Random(11);
                    for (int round = 0; round < 1_000; round++) {
                        long first = chunk.offset() + random.nextInt(chunk.length());
                        long second = chunk.offset() + random.nextInt(chunk.length());
                        int bits = 1 + random.nextInt(255);
                        flip(chunk.file().path(), first, bits);
                        flip(chunk.file().path(), second, bits);
                        try {
                            assertThat(objects(Exchange.load(view, chunk))).isEqualTo(rows);
                        } catch (ChunkDamaged expected) {
                            damaged++;
                        }
                        flip(chunk.file().path(), second, bits);
                        flip(chunk.file().path(), first, bits);
                    }
                    assertThat(objects(Exchange.load(view, chunk)))
                            .as(mode.text())
                            .isEqualTo(rows);
                }
            }
            assertThat(damaged).as("%s, seed 11", mode.text()).isGreaterThan(990);
        }
    }

    private static void flip(Path path, long at, int bits) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(at);
            int old = file.read();
            file.seek(at);
            file.write(old ^ bits);
        }
    }
}

package dev.quiver.shuffle.format;

import static dev.quiver.shuffle.Exchange.SHUFFLE;
import static dev.quiver.shuffle.Exchange.expected;
import static dev.quiver.shuffle.Exchange.read;
import static dev.quiver.shuffle.Exchange.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.shuffle.Exchange;
import dev.quiver.shuffle.store.Durability;
import dev.quiver.shuffle.store.ShuffleStore;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentFileTest {
    @TempDir
    Path folder;

    @Test
    void anArrowReaderOpensSealedFilesAlsoAfterALateMapTask() throws Exception {
        Path root = folder.resolve("executor");
        try (ShuffleStore store = Exchange.store(root, Durability.FILES)) {
            List<Long> all = new ArrayList<>();
            for (int map = 0; map < 12; map++) {
                MapVersion version = new MapVersion(map, 0, 0);
                write(store, version, 3, 700);
                for (int reduce = 0; reduce < 3; reduce++) {
                    all.addAll(expected(version, reduce, 700));
                }
                if (map % 4 == 3) {
                    store.seal(SHUFFLE);
                    assertThat(rowsOf(root)).containsExactlyInAnyOrderElementsOf(all);
                    assertThat(read(store, 2, version)).hasSize(700);
                }
            }
        }
        assertThat(root).doesNotExist();
    }

    @Test
    void filesAreSealedWhenTheLastOpenPartitionWasRead() throws Exception {
        Path root = folder.resolve("executor");
        try (ShuffleStore store = Exchange.store(root, Durability.FILES)) {
            MapVersion version = new MapVersion(0, 0, 0);
            write(store, version, 5, 20);
            for (int reduce = 0; reduce < 5; reduce++) {
                assertThat(read(store, reduce, version)).hasSize(20);
            }
            assertThat(rowsOf(root)).hasSize(100);
        }
    }

    private static List<Long> rowsOf(Path root) throws IOException {
        List<Path> files;
        try (Stream<Path> paths = Files.walk(root)) {
            files = paths.filter(Files::isRegularFile).toList();
        }
        List<Long> rows = new ArrayList<>();
        for (Path file : files) {
            try (RootAllocator allocator = new RootAllocator()) {
                try (FileChannel channel = FileChannel.open(file);
                        ArrowFileReader reader = new ArrowFileReader(channel, allocator)) {
                    VectorSchemaRoot batch = reader.getVectorSchemaRoot();
                    while (reader.loadNextBatch()) {
                        BigIntVector vector = (BigIntVector) batch.getVector(0);
                        for (int row = 0; row < batch.getRowCount(); row++) {
                            rows.add(vector.get(row));
                        }
                    }
                }
                assertThat(allocator.getAllocatedMemory()).isZero();
            }
        }
        return rows;
    }
}

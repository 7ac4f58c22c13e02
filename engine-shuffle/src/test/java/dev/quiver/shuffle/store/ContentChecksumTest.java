package dev.quiver.shuffle.store;

import static dev.quiver.shuffle.Exchange.SETTINGS;
import static dev.quiver.shuffle.Exchange.longs;
import static dev.quiver.shuffle.Exchange.writer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.shuffle.Exchange;
import dev.quiver.shuffle.format.Disk;
import dev.quiver.task.MapOutput;
import dev.quiver.task.MapVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checksum that tells two versions of a map output apart. */
class ContentChecksumTest {
    private static final int REDUCERS = 3;

    @TempDir
    Path folder;

    private record Row(int reduce, long value) {}

    private static List<Row> rows(Random random, int count) {
        List<Row> rows = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            rows.add(new Row(random.nextInt(REDUCERS), random.nextLong()));
        }
        return rows;
    }

    /** Writes rows in batches of any size, each of rows that follow one another and go to the same partition. */
    private static long write(ShuffleStore store, MapVersion version, List<Row> rows, int batchRows) throws Exception {
        try (MapOutputWriter writer = writer(store, version, REDUCERS)) {
            for (int from = 0; from < rows.size(); ) {
                int reduce = rows.get(from).reduce();
                int to = from;
                while (to < rows.size() && to - from < batchRows && rows.get(to).reduce() == reduce) {
                    to++;
                }
                writer.write(
                        reduce,
                        longs(rows.subList(from, to).stream()
                                .mapToLong(Row::value)
                                .toArray()));
                from = to;
            }
            return writer.commit().content();
        }
    }

    @Test
    void isThatOfTheRowsWhateverTheirOrderTheirBatchesAndTheVersion() throws Exception {
        for (Durability durability : Durability.values()) {
            try (ShuffleStore store = Exchange.store(folder.resolve(durability.name()), durability)) {
                long seed = 11;
                Random random = new Random(seed);
                List<Row> rows = rows(random, 20_000);
                long first = write(store, new MapVersion(0, 0, 0), rows, 1000);
                Collections.shuffle(rows, random);
                assertThat(write(store, new MapVersion(0, 0, 1), rows, 1)).isEqualTo(first);
                rows.sort((left, right) -> Integer.compare(right.reduce(), left.reduce()));
                assertThat(write(store, new MapVersion(1, 3, 0), rows, 5000)).isEqualTo(first);
                assertThat(first).isNotEqualTo(MapOutput.NOT_COUNTED);
            }
        }
    }

    @Test
    void changesWithOneRowAndWithItsReducePartition() throws Exception {
        try (ShuffleStore store = Exchange.store(folder.resolve("executor"), Durability.MEMORY)) {
            List<Row> rows = rows(new Random(3), 500);
            long first = write(store, new MapVersion(0, 0, 0), rows, 50);
            Row row = rows.get(250);
            rows.set(250, new Row(row.reduce(), row.value() + 1));
            assertThat(write(store, new MapVersion(0, 1, 0), rows, 50)).isNotEqualTo(first);
            rows.set(250, new Row((row.reduce() + 1) % REDUCERS, row.value()));
            assertThat(write(store, new MapVersion(0, 2, 0), rows, 50)).isNotEqualTo(first);
            rows.set(250, row);
            assertThat(write(store, new MapVersion(0, 3, 0), rows, 50)).isEqualTo(first);
            assertThat(write(store, new MapVersion(0, 4, 0), rows.subList(1, 500), 50))
                    .isNotEqualTo(first);
        }
    }

    @Test
    void tellsAnEmptyOutputFromOneThatWasNotCounted() throws Exception {
        try (ShuffleStore store = Exchange.store(folder.resolve("executor"), Durability.MEMORY)) {
            long empty = write(store, new MapVersion(0, 0, 0), List.of(), 1);
            assertThat(empty).isNotEqualTo(MapOutput.NOT_COUNTED);
            assertThat(write(store, new MapVersion(0, 1, 0), List.of(), 1)).isEqualTo(empty);
        }
        try (ShuffleStore store =
                Exchange.store(folder.resolve("off"), Durability.MEMORY, Exchange.UNCOUNTED, Disk.system())) {
            assertThat(SETTINGS.contentChecksums()).isTrue();
            assertThat(write(store, new MapVersion(0, 0, 0), rows(new Random(3), 10), 5))
                    .isEqualTo(MapOutput.NOT_COUNTED);
        }
    }
}

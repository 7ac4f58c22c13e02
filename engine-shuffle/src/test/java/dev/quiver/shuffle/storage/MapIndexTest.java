package dev.quiver.shuffle.storage;

import static dev.quiver.shuffle.Exchange.OPTIONS;
import static dev.quiver.shuffle.Exchange.SHUFFLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.id.ShuffleId;
import dev.quiver.shuffle.format.SegmentOrigin;
import dev.quiver.shuffle.storage.MapIndex.Chunks;
import dev.quiver.shuffle.storage.MapIndex.Segment;
import dev.quiver.task.MapVersion;
import dev.quiver.wire.MalformedMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MapIndexTest {
    private static final MapVersion VERSION = new MapVersion(3, 1, 2);

    private static MapIndex random(long seed) {
        Random random = new Random(seed);
        int reducers = random.nextInt(50);
        int segments = 1 + random.nextInt(3);
        long[] rows = new long[reducers];
        int[] firstChunk = new int[reducers + 1];
        for (int partition = 0; partition < reducers; partition++) {
            rows[partition] = random.nextLong() >>> 1 + random.nextInt(60);
            firstChunk[partition + 1] = firstChunk[partition] + random.nextInt(4);
        }
        Chunks chunks = new Chunks(firstChunk[reducers]);
        for (int chunk = 0; chunk < chunks.count(); chunk++) {
            chunks.segments()[chunk] = random.nextInt(segments);
            chunks.offsets()[chunk] = random.nextLong() >>> 1 + random.nextInt(60);
            chunks.lengths()[chunk] = random.nextInt() >>> 1;
            chunks.crcs()[chunk] = random.nextInt();
            chunks.rows()[chunk] = random.nextInt(1 << 20);
        }
        List<Segment> files = new ArrayList<>();
        for (int segment = 0; segment < segments; segment++) {
            byte[] schema = new byte[random.nextInt(100)];
            random.nextBytes(schema);
            files.add(new Segment("segment-" + segment, schema));
        }
        SegmentOrigin origin = new SegmentOrigin("app", SHUFFLE, OPTIONS.executor());
        return new MapIndex(origin, VERSION, files, rows, firstChunk, chunks);
    }

    @Test
    void anIndexSurvivesItsFile() {
        for (int seed = 0; seed < 200; seed++) {
            MapIndex index = random(seed);
            MapIndex read = MapIndexCodec.decode(MapIndexCodec.encode(index));
            assertThat(MapIndexCodec.encode(read)).as("seed %d", seed).isEqualTo(MapIndexCodec.encode(index));
            assertThat(read.version()).isEqualTo(VERSION);
            assertThat(read.origin()).isEqualTo(index.origin());
            for (int partition = 0; partition < index.reduceCount(); partition++) {
                MapIndexPart part = read.part(partition, Path.of("home"));
                int from = index.firstChunk()[partition];
                assertThat(part.rows()).isEqualTo(index.rows()[partition]);
                assertThat(part.chunks().offsets())
                        .as("seed %d, partition %d", seed, partition)
                        .isEqualTo(Arrays.copyOfRange(
                                index.chunks().offsets(),
                                from,
                                from + part.chunks().count()));
            }
        }
    }

    @Test
    void whateverIsDamagedOrCutShortIsFound() {
        byte[] good = MapIndexCodec.encode(random(7));
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 0x20;
            assertThatThrownBy(() -> MapIndexCodec.decode(bad))
                    .as("byte %d", at)
                    .isInstanceOf(MalformedMessage.class);
            byte[] cut = Arrays.copyOf(good, at);
            assertThatThrownBy(() -> MapIndexCodec.decode(cut))
                    .as("%d bytes", at)
                    .isInstanceOf(MalformedMessage.class);
        }
    }

    @Test
    void theCacheKeepsWhatWasUsedLastAndNoMoreThanItMay() throws Exception {
        MapIndex index = random(1);
        IndexCache cache = new IndexCache(3 * index.sizeBytes());
        int[] loads = new int[1];
        IndexCache.Loader loader = (shuffle, version) -> {
            loads[0]++;
            return version.mapPartition() == 9 ? null : index;
        };
        for (int round = 0; round < 3; round++) {
            for (int map = 0; map < 3; map++) {
                assertThat(cache.get(SHUFFLE, new MapVersion(map, 0, 0), loader))
                        .isSameAs(index);
            }
        }
        assertThat(loads[0]).isEqualTo(3);
        cache.get(SHUFFLE, new MapVersion(0, 0, 0), loader);
        cache.get(new ShuffleId(8), new MapVersion(0, 0, 0), loader);
        assertThat(cache.sizeBytes()).isEqualTo(3 * index.sizeBytes());
        cache.get(SHUFFLE, new MapVersion(0, 0, 0), loader);
        assertThat(loads[0]).as("the one used last is still there").isEqualTo(4);
        cache.get(SHUFFLE, new MapVersion(1, 0, 0), loader);
        assertThat(loads[0]).isEqualTo(5);
        assertThat(cache.get(SHUFFLE, new MapVersion(9, 0, 0), loader)).isNull();
        assertThat(cache.get(SHUFFLE, new MapVersion(9, 0, 0), loader)).isNull();
        assertThat(loads[0]).as("what is not there is looked for again").isEqualTo(7);
        cache.forget(SHUFFLE);
        assertThat(cache.sizeBytes()).isEqualTo(index.sizeBytes());
    }
}

package dev.quiver.shuffle.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.stage.MapRange;
import dev.quiver.stage.SplitPartition;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.BlockSizes;
import dev.quiver.task.MapOutput;
import dev.quiver.task.MapVersion;
import dev.quiver.wire.MalformedMessage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MapOutputTrackerTest {
    private static final ShuffleId SHUFFLE = new ShuffleId(4);
    private static final ExecutorId A = new ExecutorId("a", 0);
    private static final ExecutorId B = new ExecutorId("b", 0);
    private final MapOutputTracker tracker = new MapOutputTracker();

    private static MapOutput output(int map, int epoch, int attempt, long... bytes) {
        byte[] sizes = new byte[bytes.length];
        for (int index = 0; index < sizes.length; index++) {
            sizes[index] = BlockSizes.encode(bytes[index]);
        }
        return new MapOutput(SHUFFLE, map, epoch, attempt, 10, 0, sizes);
    }

    @Test
    void outputsAreMissingUntilTheyAreAddedAndAgainWhenTheirHolderIsLost() {
        tracker.register(SHUFFLE, 3, 2);
        tracker.register(SHUFFLE, 3, 2);
        assertThat(tracker.missing(SHUFFLE).cardinality()).isEqualTo(3);
        tracker.add(A, output(0, 0, 0, 5, 5));
        tracker.add(B, output(2, 0, 0, 5, 5));
        assertThat(tracker.missing(SHUFFLE)).hasToString("{1}");
        assertThat(tracker.removeAll(A)).containsExactly(SHUFFLE);
        assertThat(tracker.removeAll(A)).isEmpty();
        assertThat(tracker.missing(SHUFFLE)).hasToString("{0, 1}");
    }

    @Test
    void aLossReportedForAnEarlierHolderChangesNothing() {
        tracker.register(SHUFFLE, 1, 1);
        tracker.add(A, output(0, 0, 0, 5));
        tracker.add(B, output(0, 1, 0, 5));
        tracker.remove(SHUFFLE, 0, A);
        assertThat(tracker.missing(SHUFFLE).isEmpty()).isTrue();
        assertThat(tracker.snapshot(SHUFFLE).version(0)).isEqualTo(new MapVersion(0, 1, 0));
        assertThat(tracker.snapshot(SHUFFLE).holder(0)).isEqualTo(B);
        tracker.removeAll(SHUFFLE, B);
        assertThat(tracker.snapshot(SHUFFLE).holder(0)).isNull();
    }

    @Test
    void aSnapshotNeverChangesAndIsTheSameUntilTheTrackerDoes() {
        tracker.register(SHUFFLE, 2, 1);
        tracker.add(A, output(0, 0, 0, 5));
        ShuffleLocations before = tracker.snapshot(SHUFFLE);
        assertThat(tracker.snapshot(SHUFFLE)).isSameAs(before);
        tracker.add(B, output(1, 0, 0, 5));
        assertThat(before.firstMissing()).isEqualTo(1);
        assertThat(tracker.snapshot(SHUFFLE).firstMissing()).isEqualTo(-1);
        assertThat(tracker.snapshot(SHUFFLE).epoch()).isGreaterThan(before.epoch());
    }

    @Test
    void prefersExecutorsWithAFifthOfTheBytesLargestFirst() {
        tracker.register(SHUFFLE, 3, 2);
        tracker.add(A, output(0, 0, 0, 1_000, 0));
        tracker.add(B, output(1, 0, 0, 100, 0));
        tracker.add(B, output(2, 0, 0, 100, 0));
        assertThat(tracker.preferred(SHUFFLE, 0, MapRange.ALL)).containsExactly(A);
        assertThat(tracker.preferred(SHUFFLE, 1, MapRange.ALL)).isEmpty();
        tracker.add(B, output(2, 1, 0, 9_000, 0));
        assertThat(tracker.preferred(SHUFFLE, 0, MapRange.ALL)).containsExactly(B);
        ShuffleId large = new ShuffleId(5);
        tracker.register(large, 1000, 2);
        assertThat(tracker.preferred(large, 0, MapRange.ALL)).isEmpty();
    }

    @Test
    void prefersForASliceTheExecutorsThatHoldItsMapOutputs() {
        tracker.register(SHUFFLE, 3, 1);
        tracker.add(A, output(0, 0, 0, 1_000));
        tracker.add(B, output(1, 0, 0, 100));
        tracker.add(B, output(2, 0, 0, 100));
        assertThat(tracker.preferred(SHUFFLE, 0, new MapRange(0, 1))).containsExactly(A);
        assertThat(tracker.preferred(SHUFFLE, 0, new MapRange(1, Integer.MAX_VALUE)))
                .containsExactly(B);
    }

    @Test
    void countsTheBytesOfEveryPartitionAsOutputsComeAndGo() {
        Random random = new Random(7);
        tracker.register(SHUFFLE, 20, 5);
        for (int step = 0; step < 500; step++) {
            ExecutorId holder = random.nextBoolean() ? A : B;
            switch (random.nextInt(20)) {
                case 0 -> tracker.removeAll(holder);
                case 1, 2 -> tracker.remove(SHUFFLE, random.nextInt(20), holder);
                default -> {
                    long[] bytes = random.longs(5, 0, 1_000_000).toArray();
                    tracker.add(holder, output(random.nextInt(20), step, 0, bytes));
                }
            }
            long[] byPartition = tracker.bytesByReducePartition(SHUFFLE);
            for (int reduce = 0; reduce < 5; reduce++) {
                assertThat(Arrays.stream(tracker.bytesByMapOutput(SHUFFLE, reduce))
                                .sum())
                        .as("step %d", step)
                        .isEqualTo(byPartition[reduce]);
            }
        }
        tracker.removeAll(A);
        tracker.removeAll(B);
        assertThat(tracker.bytesByReducePartition(SHUFFLE)).containsOnly(0);
    }

    @Test
    void aSplitShuffleWaitsForEveryTaskOfItsLayoutAndRemembersIt() {
        TaskLayout layout = new TaskLayout(2, List.of(new SplitPartition(1, new ShuffleId(1), List.of(0, 3, 6))));
        tracker.register(SHUFFLE, 2, 1);
        long epoch = tracker.snapshot(SHUFFLE).epoch();
        assertThat(tracker.layout(SHUFFLE)).isNull();
        tracker.layOut(SHUFFLE, layout);
        assertThat(tracker.layout(SHUFFLE)).isEqualTo(layout);
        assertThat(tracker.missing(SHUFFLE)).hasToString("{0, 1, 2}");
        assertThat(tracker.snapshot(SHUFFLE).epoch()).isGreaterThan(epoch);
        tracker.add(A, output(2, 0, 0, 5));
        assertThat(tracker.missing(SHUFFLE)).hasToString("{0, 1}");
        tracker.register(SHUFFLE, 2, 1);
        assertThatThrownBy(() -> tracker.layOut(SHUFFLE, layout)).hasMessageContaining("map outputs already");
        assertThatThrownBy(() -> tracker.register(SHUFFLE, 3, 1)).hasMessageContaining("registered with 2 maps");
        assertThatThrownBy(() -> tracker.layOut(SHUFFLE, TaskLayout.whole(3)))
                .hasMessageContaining("2 map partitions and cannot be laid out as 3 partitions in 3 tasks");
    }

    @Test
    void forgetsAndIgnoresNewsOfUnknownShuffles() {
        tracker.register(SHUFFLE, 1, 1);
        tracker.unregister(SHUFFLE);
        tracker.add(A, output(0, 0, 0, 5));
        tracker.remove(SHUFFLE, 0, A);
        assertThatThrownBy(() -> tracker.snapshot(SHUFFLE)).hasMessageContaining("not registered");
    }

    @Test
    void locationsSurviveTheirCodecInRandomShapes() throws Exception {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            int maps = random.nextInt(40);
            int reducers = 1 + random.nextInt(200);
            double filled = random.nextInt(5) / 4.0;
            MapOutputTracker fresh = new MapOutputTracker();
            fresh.register(SHUFFLE, maps, reducers);
            for (int map = 0; map < maps; map++) {
                long[] bytes = new long[reducers];
                for (int reduce = 0; reduce < reducers; reduce++) {
                    bytes[reduce] = random.nextDouble() < filled ? 1 + random.nextInt(1000) : 0;
                }
                if (random.nextInt(10) > 0) {
                    fresh.add(
                            new ExecutorId("e" + random.nextInt(5), random.nextInt(2)),
                            output(map, random.nextInt(2), random.nextInt(3), bytes));
                }
            }
            ShuffleLocations sent = fresh.snapshot(SHUFFLE);
            ShuffleLocations received = LocationsCodec.decode(ByteBuffer.wrap(LocationsCodec.encode(sent)));
            assertThat(received.epoch()).isEqualTo(sent.epoch());
            for (int map = 0; map < maps; map++) {
                assertThat(received.holder(map)).as("seed %d", seed).isEqualTo(sent.holder(map));
                assertThat(received.version(map)).as("seed %d", seed).isEqualTo(sent.version(map));
                for (int reduce = 0; reduce < reducers; reduce++) {
                    assertThat(received.hasRows(map, reduce))
                            .as("seed %d, map %d, reduce %d", seed, map, reduce)
                            .isEqualTo(sent.hasRows(map, reduce));
                }
            }
        }
    }

    @Test
    void twoThousandTimesTwoThousandTravelsInKilobytes() {
        tracker.register(SHUFFLE, 2000, 2000);
        byte[] full = new byte[2000];
        Arrays.fill(full, (byte) 50);
        byte[] half = new byte[2000];
        for (int reduce = 0; reduce < 2000; reduce += 2) {
            half[reduce] = 50;
        }
        for (int map = 0; map < 2000; map++) {
            tracker.add(new ExecutorId("e" + map % 20, 0), new MapOutput(SHUFFLE, map, 0, 0, 1, 0, full));
        }
        assertThat(LocationsCodec.encode(tracker.snapshot(SHUFFLE)).length).isLessThan(8_000);
        for (int map = 0; map < 2000; map++) {
            tracker.add(new ExecutorId("e" + map % 20, 0), new MapOutput(SHUFFLE, map, 0, 0, 1, 0, half));
        }
        assertThat(LocationsCodec.encode(tracker.snapshot(SHUFFLE)).length).isLessThan(520_000);
    }

    /** The same of every map output: rows for one in so many reduce partitions. */
    private void addToAll(int maps, int reducers, int oneIn) {
        byte[] sizes = new byte[reducers];
        for (int reduce = 0; reduce < reducers; reduce += oneIn) {
            sizes[reduce] = 50;
        }
        for (int map = 0; map < maps; map++) {
            tracker.add(new ExecutorId("e" + map % 20, 0), new MapOutput(SHUFFLE, map, 0, 0, 1, 0, sizes));
        }
    }

    @Test
    void whatIsToldOfRowsIsBoundedAndNoRowsAreDenied() {
        int maps = 20_000;
        for (int reducers : new int[] {1_999, 2_500}) {
            tracker.unregister(SHUFFLE);
            tracker.register(SHUFFLE, maps, reducers);
            for (int oneIn : new int[] {1, 2, 500}) {
                addToAll(maps, reducers, oneIn);
                byte[] message = LocationsCodec.encode(tracker.snapshot(SHUFFLE));
                assertThat(message.length)
                        .as("%d reducers, one in %d", reducers, oneIn)
                        .isLessThan(4 << 20);
                ShuffleLocations received = LocationsCodec.decode(ByteBuffer.wrap(message));
                boolean perhaps = oneIn == 2;
                assertThat(received.hasRowsPerhaps(7)).isEqualTo(perhaps);
                for (int reduce = 0; reduce < reducers; reduce++) {
                    assertThat(received.hasRows(7, reduce)).isEqualTo(perhaps || reduce % oneIn == 0);
                }
                assertThat(Arrays.stream(tracker.bytesByMapOutput(SHUFFLE, reducers - 1))
                                .sum())
                        .isEqualTo(tracker.bytesByReducePartition(SHUFFLE)[reducers - 1]);
            }
        }
    }

    @Test
    void countsTheBytesOfManyPartitionsAsOutputsOfEveryFormComeAndGo() {
        int reducers = MeanSizes.ALL_KEPT + 40;
        tracker.register(SHUFFLE, 8, reducers);
        for (int step = 0; step < 60; step++) {
            Random random = new Random(step);
            int map = random.nextInt(8);
            int filled = new int[] {0, 1, 50, 99, 100}[random.nextInt(5)];
            long[] bytes = new long[reducers];
            for (int reduce = 0; reduce < reducers; reduce++) {
                bytes[reduce] = random.nextInt(100) < filled ? 1 + random.nextInt(1_000) : 0;
            }
            bytes[random.nextInt(reducers)] = 50_000_000;
            if (random.nextInt(4) == 0) {
                tracker.remove(SHUFFLE, map, A);
            } else {
                tracker.add(A, output(map, step, 0, bytes));
            }
            long[] byPartition = tracker.bytesByReducePartition(SHUFFLE);
            for (int reduce = 0; reduce < reducers; reduce++) {
                assertThat(Arrays.stream(tracker.bytesByMapOutput(SHUFFLE, reduce))
                                .sum())
                        .as("step %d, partition %d", step, reduce)
                        .isEqualTo(byPartition[reduce]);
            }
        }
        tracker.removeAll(SHUFFLE);
        assertThat(tracker.bytesByReducePartition(SHUFFLE)).containsOnly(0);
    }

    @Test
    void aSnapshotKeepsItsSizesWhenOutputsAreReplaced() {
        tracker.register(SHUFFLE, 3, 2);
        for (int map = 0; map < 3; map++) {
            tracker.add(A, output(map, 0, 0, 5, 0));
        }
        ShuffleLocations before = tracker.snapshot(SHUFFLE);
        tracker.add(B, output(1, 1, 2, 0, 5));
        assertThat(before.hasRows(1, 0)).isTrue();
        assertThat(before.hasRows(1, 1)).isFalse();
        ShuffleLocations after = tracker.snapshot(SHUFFLE);
        assertThat(after.hasRows(1, 0)).isFalse();
        assertThat(after.hasRows(1, 1)).isTrue();
        assertThat(after.version(1)).isEqualTo(new MapVersion(1, 1, 2));
        assertThat(after.version(2)).isEqualTo(new MapVersion(2, 0, 0));
    }

    @Test
    void damagedLocationsAreRefusedWithoutHarm() {
        tracker.register(SHUFFLE, 30, 64);
        for (int map = 0; map < 30; map++) {
            tracker.add(A, output(map, 0, map % 3, new long[64]));
        }
        byte[] good = LocationsCodec.encode(tracker.snapshot(SHUFFLE));
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            byte[] bad = seed % 2 == 0 ? good.clone() : new byte[random.nextInt(60)];
            for (int flips = 0; flips <= seed % 5; flips++) {
                if (bad.length > 0) {
                    bad[random.nextInt(bad.length)] = (byte) random.nextInt();
                }
            }
            try {
                LocationsCodec.decode(ByteBuffer.wrap(bad, 0, random.nextInt(bad.length + 1)));
            } catch (MalformedMessage expected) {
                assertThat(expected).hasMessageNotContaining("null");
            }
        }
    }
}

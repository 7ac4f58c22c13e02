package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.spill.ColumnSort;
import dev.quiver.exec.spill.RowSort;
import dev.quiver.exec.spill.SortSpace;
import dev.quiver.exec.task.TaskKilled;
import dev.quiver.function.RowComparator;
import dev.quiver.lineage.NaturalOrder;
import dev.quiver.shape.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/** Sorts that do not fit into memory: what they hold, what they write, and what is left of them when they fail. */
class SortSpillTest {
    private static final int BATCHES = 60;
    private static final int BATCH_ROWS = 1000;
    private static final RowComparator<Object> USERS = NaturalOrder.ASCENDING::compare;

    private final Stages stages = new Stages();

    @Test
    void aSortOfColumnsHoldsNoMoreThanItsShare() throws Exception {
        holdsItsShare(1 << 20, NaturalOrder.ASCENDING, 1.1);
        holdsItsShare(3 << 20, NaturalOrder.DESCENDING, 1.0);
    }

    @Test
    void aSortOfObjectsHoldsNoMoreThanItsShare() throws Exception {
        holdsItsShare(1 << 20, USERS, 1.2);
        holdsItsShare(3 << 20, USERS, 1.0);
    }

    private void holdsItsShare(long share, RowComparator<Object> order, double most) throws Exception {
        FakeServices services = services(share);
        List<Long> keys = sort(services, batches(new Random(share), row -> new byte[100]), order);
        assertThat(keys).isSortedAccordingTo((left, right) -> order.compare(left, right));
        assertThat(keys).hasSize(BATCHES * BATCH_ROWS);
        FakeMemory memory = services.memories.get(0);
        assertThat(memory.most).as("most bytes held of " + share).isBetween(share / 2, (long) (share * most));
        assertThat(spilled(services)).isGreaterThan(3_000_000);
        assertThat(services.spillFiles).isGreaterThan(1);
        assertThat(stages.cluster.open).isZero();
    }

    /** With a share of nothing eight runs are merged at a time, and no more of them before than it takes: 60 in 8 steps. */
    @Test
    void moreRunsThanMemoryHasChunksForAreMergedInPasses() throws Exception {
        FakeServices services = services(0);
        List<ColumnBatch> batches = batches(new Random(7), row -> row);
        assertThat(sort(services, batches, NaturalOrder.ASCENDING)).isSorted().hasSize(BATCHES * BATCH_ROWS);
        assertThat(services.spillFiles).isEqualTo(BATCHES + 8);

        FakeServices wider = services(12 << 14);
        assertThat(sort(wider, batches, NaturalOrder.ASCENDING)).isSorted();
        assertThat(wider.spillFiles).isLessThan(services.spillFiles);
    }

    /** Each run is written once, and what was in memory at the end is not. */
    @Test
    void runsThatCanBeMergedAtOnceAreWrittenOnce() throws Exception {
        FakeServices services = services(2 << 20);
        List<ColumnBatch> batches = batches(new Random(3), row -> new byte[100]);
        long bytes = batches.stream().mapToLong(ColumnBatch::sizeBytes).sum();
        sort(services, batches, NaturalOrder.ASCENDING);
        assertThat(spilled(services)).isBetween(bytes / 2, bytes - 1);
    }

    @Test
    void rowsOfAnotherShapeAtAnyPointLoseAndDoubleNothing() throws Exception {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            int odd = random.nextInt(12);
            List<ColumnBatch> batches = new ArrayList<>();
            List<Object> rows = new ArrayList<>();
            for (int index = 0; index < 12; index++) {
                BatchBuilder builder = builder();
                for (int row = 0; row < 300; row++) {
                    Object key = random.nextInt(20) == 0 ? null : (long) random.nextInt(200);
                    Pair<?, ?> pair = Pair.of(key, index == odd ? (Object) ("s" + row) : Long.valueOf(row));
                    rows.add(pair);
                    builder.append(pair);
                }
                batches.add(builder.seal());
            }
            for (NaturalOrder order : NaturalOrder.values()) {
                for (long memory : new long[] {0, 20_000, 100_000, 1_000_000}) {
                    List<Object> expected = new ArrayList<>(rows);
                    expected.sort((left, right) -> order.compare(Stages.key(left), Stages.key(right)));
                    assertThat(rows(services(memory), batches, order))
                            .as("seed " + seed + ", " + order + ", " + memory + " bytes of memory")
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void moreRowsThanAnArrayHoldsAreSortedInRuns() throws Exception {
        List<ColumnBatch> batches = batches(new Random(5), row -> row);
        FakeServices services = services(Long.MAX_VALUE);
        TaskRun run = run(services);
        try (SortSpace space =
                new SortSpace(services, "sortByKey", stages.serializer, stages.loader, run::checkKilled, 4500)) {
            ColumnSort columns = ColumnSort.of(batches.get(0).shape(), true, space);
            for (ColumnBatch batch : batches) {
                columns.add(batch);
            }
            assertThat(keys(new BatchCursor(columns.sorted(), run))).isSorted().hasSize(BATCHES * BATCH_ROWS);
            assertThat(services.spillFiles).isEqualTo(BATCHES / 4 - 1);
            RowSort rows = new RowSort(NaturalOrder.ASCENDING, space);
            for (ColumnBatch batch : batches) {
                rows.add(batch);
            }
            assertThat(keys(rows::next)).isSorted().hasSize(BATCHES * BATCH_ROWS);
            assertThat(services.spillFiles).isEqualTo(2 * (BATCHES / 4 - 1));
        }
    }

    @Test
    void aTaskThatIsKilledAnywhereLeavesNothingOpen() throws Exception {
        List<ColumnBatch> batches = batches(new Random(11), row -> row);
        for (RowComparator<Object> order : List.of(NaturalOrder.ASCENDING, USERS)) {
            int looks = looks(batches, order);
            assertThat(looks).isGreaterThan(3 * BATCHES);
            for (int at = 0; at < looks; at += 1 + looks / 50) {
                FakeServices services = services(100_000);
                int[] left = {at};
                services.killed = () -> left[0]-- == 0;
                assertThat(failure(services, batches, order)).as("look " + at).isInstanceOf(TaskKilled.class);
            }
        }
    }

    private int looks(List<ColumnBatch> batches, RowComparator<Object> order) throws Exception {
        FakeServices services = services(100_000);
        int[] looks = {0};
        services.killed = () -> ++looks[0] < 0;
        sort(services, batches, order);
        return looks[0];
    }

    @Test
    void aFullDiskFailsTheTaskAndLeavesNothingOpen() throws Exception {
        List<ColumnBatch> batches = batches(new Random(12), row -> row);
        for (RowComparator<Object> order : List.of(NaturalOrder.ASCENDING, USERS)) {
            for (int chunks = 0; chunks < 120; chunks += 7) {
                FakeServices services = services(0);
                int[] left = {chunks};
                services.diskFull = () -> left[0]-- == 0;
                assertThat(failure(services, batches, order))
                        .as("after " + chunks + " chunks")
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("no room");
            }
        }
    }

    @Test
    void whatAUsersOrderThrowsPassesThroughFromAnywhere() throws Exception {
        List<ColumnBatch> batches = batches(new Random(13), row -> row);
        int[] comparisons = {0};
        sort(services(100_000), batches, (left, right) -> {
            comparisons[0]++;
            return USERS.compare(left, right);
        });
        for (int part = 0; part < 20; part++) {
            int[] left = {comparisons[0] / 20 * part};
            RowComparator<Object> failing = (one, other) -> {
                if (left[0]-- == 0) {
                    throw new IllegalStateException("a user's mistake");
                }
                return USERS.compare(one, other);
            };
            assertThat(failure(services(100_000), batches, failing)).hasMessage("a user's mistake");
        }
    }

    private Throwable failure(FakeServices services, List<ColumnBatch> batches, RowComparator<Object> order)
            throws Exception {
        TaskRun run = run(services);
        Throwable failure = catchThrowable(() -> keys(cursor(run, batches, order)));
        run.close(failure);
        assertThat(stages.cluster.open).isZero();
        return failure;
    }

    private static long spilled(FakeServices services) {
        return services.counters.snapshot(0).spilledBytes();
    }

    private FakeServices services(long memory) {
        FakeServices services = new FakeServices(stages.cluster, 0, 0);
        services.memoryBytes = memory;
        return services;
    }

    private TaskRun run(FakeServices services) {
        return new TaskRun(new NodeProgram[0], services, stages.serializer, stages.loader, stages.settings);
    }

    private BatchBuilder builder() {
        return new BatchBuilder(Shape.UNKNOWN, stages.serializer, stages.loader);
    }

    private List<ColumnBatch> batches(Random random, LongFunction<Object> value) {
        List<ColumnBatch> batches = new ArrayList<>();
        for (int batch = 0; batch < BATCHES; batch++) {
            BatchBuilder builder = builder();
            for (int row = 0; row < BATCH_ROWS; row++) {
                builder.append(Pair.of(random.nextLong(), value.apply(row)));
            }
            batches.add(builder.seal());
        }
        return batches;
    }

    private static SortCursor cursor(TaskRun run, List<ColumnBatch> batches, RowComparator<Object> order) {
        return new SortCursor(new BatchCursor(BatchSource.of(batches), run), order, "sortByKey", run);
    }

    private List<Long> sort(FakeServices services, List<ColumnBatch> batches, RowComparator<Object> order)
            throws Exception {
        TaskRun run = run(services);
        List<Long> keys = keys(cursor(run, batches, order));
        run.close(null);
        return keys;
    }

    private static List<Long> keys(Cursor sorted) throws Exception {
        List<Long> keys = new ArrayList<>();
        Object[] rows = new Object[1000];
        for (int count = sorted.next(rows); count > 0; count = sorted.next(rows)) {
            for (int row = 0; row < count; row++) {
                keys.add((Long) Stages.key(rows[row]));
            }
        }
        return keys;
    }

    private List<Object> rows(FakeServices services, List<ColumnBatch> batches, RowComparator<Object> order)
            throws Exception {
        TaskRun run = run(services);
        SortCursor sorted = cursor(run, batches, order);
        List<Object> all = new ArrayList<>();
        Object[] rows = new Object[1000];
        for (int count = sorted.next(rows); count > 0; count = sorted.next(rows)) {
            all.addAll(Arrays.asList(rows.clone()).subList(0, count));
        }
        run.close(null);
        return all;
    }
}

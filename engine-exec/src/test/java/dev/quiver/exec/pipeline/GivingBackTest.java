package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.function.RowComparator;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.NaturalOrder;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Operators that have to give memory back for others of their task, at any moment: nobody sees it in the rows. */
class GivingBackTest {
    private static final int SEEDS = 60;
    private static final int BATCHES = 12;
    private static final int BATCH_ROWS = 400;
    private static final RowComparator<Object> USERS = NaturalOrder.ASCENDING::compare;

    private final Stages stages = new Stages();
    private Random random;
    private FakeServices services;
    private int gaveBack;

    @Test
    void aSortGivesItsRowsBackWhileItGathersAndWhileItIsRead() throws Exception {
        for (RowComparator<Object> order : List.of(NaturalOrder.ASCENDING, NaturalOrder.DESCENDING, USERS)) {
            for (int seed = 0; seed < SEEDS; seed++) {
                begin(seed);
                TaskRun run = run();
                List<ColumnBatch> batches = batches(10_000);
                List<Object> expected = new ArrayList<>();
                batches.forEach(batch -> expected.addAll(rows(batch)));
                expected.sort((left, right) -> order.compare(Stages.key(left), Stages.key(right)));
                Cursor sorted = new SortCursor(new BatchCursor(asking(batches), run), order, "sortByKey", run);
                assertThat(read(sorted)).as("seed %d, %s", seed, order).isEqualTo(expected);
                end(run, seed);
            }
        }
        assertThat(gaveBack).isGreaterThan(SEEDS / 4);
    }

    @Test
    void mergingGivesItsKeysBackWhileItReadsAndWhileItIsRead() throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            begin(seed);
            TaskRun run = run();
            List<ColumnBatch> batches = batches(1 + random.nextInt(10_000));
            Map<Long, Integer> expected = new TreeMap<>();
            for (ColumnBatch batch : batches) {
                rows(batch)
                        .forEach(row -> expected.merge((Long) Stages.key(row), (int) Stages.value(row), Integer::sum));
            }
            Aggregation sum = new Aggregation.Reduce((left, right) -> (int) left + (int) right);
            Cursor merged = new PartsCursor(
                    new BatchCursor(asking(batches), run), new ReduceWork(sum, true, run), "reduceByKey", run);
            Map<Long, Integer> found = new TreeMap<>();
            for (Object row : read(merged)) {
                assertThat(found.put((Long) Stages.key(row), (int) Stages.value(row)))
                        .as("seed %d: a key that comes twice", seed)
                        .isNull();
            }
            assertThat(found).as("seed %d", seed).isEqualTo(expected);
            end(run, seed);
        }
        assertThat(gaveBack).isGreaterThan(SEEDS / 4);
    }

    private void begin(int seed) {
        random = new Random(seed);
        services = new FakeServices(stages.cluster, 0, 0);
        services.memoryBytes = random.nextBoolean() ? 1 << 20 : 20_000 + random.nextInt(200_000);
    }

    private TaskRun run() {
        return new TaskRun(new NodeProgram[0], services, stages.serializer, stages.loader, stages.settings);
    }

    private void end(TaskRun run, int seed) throws Exception {
        run.close(null);
        assertThat(stages.cluster.open).as("seed %d: left open", seed).isZero();
    }

    /** Sometimes another operator needs memory. */
    private void otherAsks() throws Exception {
        for (FakeMemory memory : random.nextInt(3) == 0 ? services.memories : List.<FakeMemory>of()) {
            long before = memory.bytes();
            long given = memory.spill();
            assertThat(before - memory.bytes()).as("bytes given back").isEqualTo(given);
            gaveBack += given > 0 ? 1 : 0;
        }
    }

    private BatchSource asking(List<ColumnBatch> batches) {
        BatchSource source = BatchSource.of(batches);
        return new BatchSource() {
            @Override
            public ColumnBatch next() throws Exception {
                otherAsks();
                return source.next();
            }

            @Override
            public void close() {}
        };
    }

    /** All rows, in batches where they come in batches. */
    private List<Object> read(Cursor cursor) throws Exception {
        List<Object> read = new ArrayList<>();
        BatchSource batches = cursor.batches();
        if (batches != null) {
            for (ColumnBatch batch = batches.next(); batch != null; batch = batches.next()) {
                otherAsks();
                read.addAll(rows(batch));
            }
            return read;
        }
        Object[] rows = new Object[300];
        for (int count = cursor.next(rows); count > 0; count = cursor.next(rows)) {
            otherAsks();
            read.addAll(List.of(rows).subList(0, count));
        }
        return read;
    }

    private List<Object> rows(ColumnBatch batch) {
        Object[] rows = new Object[batch.rows()];
        new RowReader(batch, stages.serializer, stages.loader).read(0, rows);
        return List.of(rows);
    }

    private List<ColumnBatch> batches(int keys) {
        List<ColumnBatch> batches = new ArrayList<>();
        for (int batch = 0; batch < BATCHES; batch++) {
            BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, stages.serializer, stages.loader);
            for (int row = 0; row < BATCH_ROWS; row++) {
                builder.append(Pair.of((long) random.nextInt(keys), batch * BATCH_ROWS + row));
            }
            batches.add(builder.seal());
        }
        return batches;
    }
}

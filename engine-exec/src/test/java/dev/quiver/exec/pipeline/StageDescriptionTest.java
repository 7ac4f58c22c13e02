package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.StorageLevel;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.NaturalOrder;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PartitionMapping;
import dev.quiver.lineage.Partitioner;
import dev.quiver.lineage.RangePartitioner;
import dev.quiver.lineage.ReadSide;
import dev.quiver.lineage.RoundRobin;
import dev.quiver.shape.Shape;
import dev.quiver.stage.Action;
import dev.quiver.stage.StageSink;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class StageDescriptionTest {
    private static final Shape LONGS = new Shape.PairOf(Shape.Scalar.LONG, Shape.Scalar.LONG);
    private static final Shape OPAQUE = new Shape.PairOf(new Shape.Opaque("java.net.URI"), Shape.Scalar.LONG);
    private static final Shape OPEN = new Shape.PairOf(Shape.UNKNOWN, Shape.UNKNOWN);

    private final Stages stages = new Stages();

    @Test
    void namesWhatIsOneLoopAndWhatWasCompiledSoFar() throws Exception {
        stages.settings = PipelineSettings.DEFAULTS.compileAfterRows(2000);
        Lineage rows = stages.filter(stages.map(stages.range(0, 10_000, 1, 1), row -> row), row -> true);
        StageProgram program = stages.program(rows, new StageSink.Produce(new Action.Count()));
        assertThat(program.describe())
                .containsExactly(
                        "one loop: test at here, test at here, into the sink; interpreted for the first 2000 rows, then"
                                + " compiled",
                        "rows enter the loop as numbers in registers");
        program.run(0, new FakeServices(stages.cluster, 0, 0));
        assertThat(program.describe()).contains("compiled in this process: from a range to count");
        StageProgram again = stages.program(rows, new StageSink.Produce(new Action.Count()));
        assertThat(again.describe()).contains("compiled in this process: from a range to count");
    }

    @Test
    void saysWhyOperatorsAreApart() {
        Lineage rows = stages.mapPartitions(stages.flatMap(stages.range(0, 10, 1, 1), List::of), (at, all) -> all);
        assertThat(described(rows, new StageSink.Produce(new Action.Collect(5))))
                .contains("because the function is given a whole partition")
                .contains("pulled row by row, because its reader may stop before the end");
        Lineage mapped = stages.map(stages.range(0, 10, 1, 1), row -> row);
        assertThat(described(mapped, new StageSink.Produce(new Action.Collect(5))))
                .contains("not fused with the sink, because it may want fewer rows than there are");
        mapped.persist(StorageLevel.MEMORY_ONLY);
        assertThat(described(stages.map(mapped, row -> row), new StageSink.Produce(new Action.Count())))
                .contains("not fused with what reads it, because its rows are kept at MEMORY_ONLY");
    }

    @Test
    void saysWhyALongChainStaysInterpreted() {
        Lineage rows = stages.range(0, 10, 1, 1);
        for (int op = 0; op < 8001; op++) {
            rows = stages.map(rows, row -> row);
        }
        assertThat(described(rows, new StageSink.Produce(new Action.Count())))
                .contains("not compiled: test at here, ")
                .contains("and 7989 more, because it has 8001 operators");
    }

    @Test
    void saysHowRowsAreDealtOut() {
        assertThat(dealt(LONGS, new HashPartitioner(4)))
                .contains("dealt out by the hash of the key, by a kernel over columns\n");
        assertThat(dealt(OPEN, new HashPartitioner(4)))
                .contains("by a kernel over columns if the first rows are of a kind that it knows");
        assertThat(dealt(OPAQUE, new HashPartitioner(4)))
                .contains("row by row, because there is no kernel for keys of the shape opaque(java.net.URI)");
        assertThat(dealt(LONGS, new RangePartitioner(new Object[] {5L}, NaturalOrder.ASCENDING)))
                .contains("by ranges of the key, by a kernel over columns");
        assertThat(dealt(LONGS, new RangePartitioner(new Object[] {5L}, Comparator.naturalOrder())))
                .contains("by ranges of the key, row by row, because the order is a function");
        assertThat(dealt(LONGS, new Odd())).contains("row by row, because only partition() of " + Odd.class.getName());
        assertThat(dealt(LONGS, new RoundRobin(3))).contains("in turn, by a kernel over columns");
    }

    @Test
    void saysWhyRowsLeaveALoopAsObjects() {
        Shape closed = new Shape.RecordOf(
                "jdk.net.UnixDomainPrincipal", List.of(new Shape.Component("user", Shape.Scalar.STRING)));
        assertThat(dealt(LONGS, new HashPartitioner(4))).contains("numbers in registers, and leave it as columns\n");
        assertThat(dealt(new Shape.PairOf(Shape.Scalar.LONG, closed), new HashPartitioner(4)))
                .contains("and leave it as objects, because the engine is not let into the record"
                        + " jdk.net.UnixDomainPrincipal, whose module would have to open the package");
        assertThat(dealt(OPAQUE, new HashPartitioner(4)))
                .contains("and leave it as objects, because loops do not work on columns of all parts of the shape");
    }

    @Test
    void saysHowValuesAreMergedAndCollected() {
        Aggregation sum = new Aggregation.Reduce((left, right) -> (Long) left + (Long) right);
        Aggregation folded = new Aggregation.Combine(row -> row, (all, row) -> all, (all, more) -> all, false);
        assertThat(read(LONGS, new ReadSide.Aggregated(sum)))
                .contains("merged by key, by a hash kernel over columns; part by part from disk where they do not fit");
        assertThat(read(OPEN, new ReadSide.Aggregated(sum))).contains("if the first rows are of a kind that it knows");
        assertThat(read(OPAQUE, new ReadSide.Aggregated(sum)))
                .contains("as objects, because there is no hash kernel for the shape (opaque(java.net.URI), long)");
        assertThat(read(LONGS, new ReadSide.Aggregated(folded)))
                .contains("as objects, because functions make the accumulators");
        Shape lists = new Shape.PairOf(Shape.Scalar.LONG, new Shape.ListOf(Shape.Scalar.LONG));
        assertThat(read(lists, new ReadSide.Aggregated(new Aggregation.Group())))
                .contains("collected by key, by a hash kernel over columns; part by part from disk where they do not");
    }

    @Test
    void saysHowRowsEnterALoop() {
        assertThat(entered(LONGS, new ReadSide.AsIs())).contains("rows enter the loop as columns\n");
        assertThat(entered(OPEN, new ReadSide.AsIs())).contains("as columns or as objects, decided by the first rows");
        assertThat(entered(OPAQUE, new ReadSide.AsIs()))
                .contains("as objects, because loops do not work on columns of all parts of the shape (opaque(");
        assertThat(entered(LONGS, new ReadSide.SortedByKey((left, right) -> 0)))
                .contains("as objects, because test makes objects");
        Lineage kept = shaped(stages.range(0, 10, 1, 1), new Op.Map(row -> row), Shape.Scalar.LONG);
        kept.persist(StorageLevel.MEMORY_ONLY);
        assertThat(described(stages.map(kept, row -> row), new StageSink.Produce(new Action.Count())))
                .contains("as columns where they are kept already, as objects before");
    }

    @Test
    void saysHowRowsAreSorted() {
        assertThat(read(LONGS, new ReadSide.SortedByKey(NaturalOrder.ASCENDING)))
                .contains("sorted by a radix sort of columns; those that memory has no room for, in runs on disk\n");
        assertThat(read(OPAQUE, new ReadSide.SortedByKey(NaturalOrder.ASCENDING)))
                .contains("as objects by compareTo, because there is no radix sort for keys of the shape opaque(");
        assertThat(read(LONGS, new ReadSide.SortedByKey((left, right) -> 0)))
                .contains("as objects by the comparator, because the order is a function");
    }

    @Test
    void saysWhetherALargePartitionMayBeReadInSlices() {
        assertThat(read(LONGS, new ReadSide.AsIs()))
                .contains("a partition far larger than the others may be read in slices by several tasks\n");
        assertThat(read(LONGS, new ReadSide.SortedByKey(NaturalOrder.ASCENDING)))
                .contains("a partition far larger than the others stays one task, because test at here sorts its"
                        + " partitions\n");
        Lineage groups = stages.node(new Op.CoGroup(2), 2, pairs(), pairs());
        assertThat(described(groups, new StageSink.Produce(new Action.Count())))
                .contains("stays one task, because test at here collects all values of a key");
        assertThat(described(stages.range(0, 10, 1, 1), new StageSink.Produce(new Action.Count())))
                .doesNotContain("a partition far larger");
    }

    private Dependency pairs() {
        return stages.shuffle(stages.range(0, 10, 1, 1), new HashPartitioner(2), true, null);
    }

    @Test
    void namesFunctionsForWhoeverReadsTheLogOfTheJit() {
        java.util.Map<String, String> names = new java.util.TreeMap<>();
        stages.settings = PipelineSettings.DEFAULTS.functions(
                (function, name, stage) -> names.put(function.getName(), name + " in " + stage));
        Lineage rows = stages.map(stages.range(0, 10, 1, 1), row -> Pair.of(row, row));
        stages.program(rows, new StageSink.Produce(new Action.Reduce((left, right) -> left)));
        assertThat(names.values())
                .contains("lambda of test at here in test > test > reduce at here")
                .contains("lambda of the action in test > test > reduce at here");
    }

    private String dealt(Shape shape, Partitioner partitioner) {
        Lineage pairs = shaped(stages.range(0, 10, 1, 1), new Op.Map(row -> Pair.of(row, row)), shape);
        return described(pairs, new StageSink.WriteShuffle(new ShuffleId(0), partitioner, true, null));
    }

    private String read(Shape shape, ReadSide side) {
        return described(reading(shape, side), new StageSink.Produce(new Action.Count()));
    }

    private String entered(Shape shape, ReadSide side) {
        return described(stages.map(reading(shape, side), row -> row), new StageSink.Produce(new Action.Count()));
    }

    private Lineage reading(Shape shape, ReadSide side) {
        return new Lineage(
                new DatasetId(77),
                new Op.ShuffleRead(side),
                List.of(stages.shuffle(stages.range(0, 10, 1, 1), new HashPartitioner(2), true, null)),
                2,
                null,
                shape,
                new CallSite("test", "here"));
    }

    private static Lineage shaped(Lineage parent, Op op, Shape shape) {
        return new Lineage(
                new DatasetId(78),
                op,
                List.of(new Dependency.Narrow(parent, PartitionMapping.ONE_TO_ONE)),
                1,
                null,
                shape,
                new CallSite("test", "here"));
    }

    private String described(Lineage rows, StageSink sink) {
        return String.join("\n", stages.program(rows, sink).describe()) + "\n";
    }

    /** A user's partitioner. */
    private record Odd() implements Partitioner {
        @Override
        public int partitionCount() {
            return 2;
        }

        @Override
        public int partition(Object key) {
            return 0;
        }
    }
}

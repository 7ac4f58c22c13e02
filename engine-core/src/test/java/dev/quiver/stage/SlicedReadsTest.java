package dev.quiver.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.StorageLevel;
import dev.quiver.function.FlatMapFunction;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.JoinKind;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.NaturalOrder;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PartitionMapping;
import dev.quiver.lineage.ReadSide;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.shape.Shape;
import dev.quiver.stage.SlicedReads.Choice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlicedReadsTest {
    private static final Action COUNT = new Action.Count();

    private int datasets;
    private int shuffles;

    private record Join(boolean leftOptional, boolean rightOptional)
            implements FlatMapFunction<Object, Object>, JoinKind {
        @Override
        public Iterable<?> call(Object row) {
            return List.of();
        }
    }

    private Lineage node(String operator, Op op, Dependency... dependencies) {
        return new Lineage(
                new DatasetId(datasets++),
                op,
                List.of(dependencies),
                4,
                null,
                Shape.UNKNOWN,
                new CallSite(operator, "Main.main(Main.java:1)"));
    }

    private Lineage range() {
        return node("range", new Op.Range(0, 10, 1, 4));
    }

    private ShuffleDependency shuffle() {
        return new ShuffleDependency(new ShuffleId(shuffles++), range(), new HashPartitioner(4), true, null);
    }

    private Lineage read(ReadSide side) {
        return node("read", new Op.ShuffleRead(side), shuffle());
    }

    private static Dependency narrow(Lineage parent) {
        return new Dependency.Narrow(parent, PartitionMapping.ONE_TO_ONE);
    }

    private Lineage map(Lineage parent) {
        return node("map", new Op.Map(row -> row), narrow(parent));
    }

    private Lineage join(boolean leftOptional, boolean rightOptional, Dependency left, Dependency right) {
        Lineage groups = node("join", new Op.CoGroup(2), left, right);
        return node("join", new Op.FlatMap(new Join(leftOptional, rightOptional)), narrow(groups));
    }

    private static SlicedReads reads(Lineage lineage) {
        return SlicedReads.of(StagePlan.of(lineage, new StageSink.Produce(COUNT)));
    }

    private static void refuses(Lineage lineage, String why) {
        SlicedReads reads = reads(lineage);
        assertThat(reads.choices()).isEmpty();
        assertThat(reads.refusal()).contains(why);
    }

    private static Choice choice(int shuffle, int beside) {
        return new Choice(new ShuffleId(shuffle), new ShuffleId(beside));
    }

    @Test
    void allowsAShuffleReadAsItComesBehindRowWiseOperators() {
        Lineage rows = read(new ReadSide.AsIs());
        List<Choice> only = List.of(new Choice(new ShuffleId(0), null));
        assertThat(reads(rows)).isEqualTo(new SlicedReads(only, null));
        Lineage chain = node("filter", new Op.Filter(row -> true), narrow(map(rows)));
        chain = node("flatMap", new Op.FlatMap(List::of), narrow(chain));
        chain = node("mapValues", new Op.MapValues(row -> row), narrow(chain));
        chain = node("keyBy", new Op.KeyBy(row -> row), narrow(chain));
        assertThat(reads(chain)).isEqualTo(new SlicedReads(only, null));
    }

    @Test
    void saysNothingOfStagesThatReadNoShuffle() {
        assertThat(reads(map(range()))).isEqualTo(new SlicedReads(List.of(), null));
    }

    @Test
    void slicesOfAJoinTheSideWhoseRowsWithoutAMatchAreKeptOrEitherWhenNoneAre() {
        assertThat(reads(join(false, false, shuffle(), shuffle())).choices())
                .containsExactly(choice(0, 1), choice(1, 0));
        assertThat(reads(map(join(false, true, shuffle(), shuffle()))).choices())
                .as("a left join keeps rows of its left side")
                .containsExactly(choice(2, 3));
        assertThat(reads(join(true, false, shuffle(), shuffle())).choices())
                .as("a right join keeps rows of its right side")
                .containsExactly(choice(5, 4));
        refuses(join(true, true, shuffle(), shuffle()), "join at Main.main(Main.java:1) keeps the keys of both sides");
    }

    @Test
    void allowsSidesThatWerePartitionedAlikeBeforeAndNothingElse() {
        Lineage before = read(new ReadSide.AsIs());
        assertThat(reads(join(false, false, narrow(before), shuffle())).choices())
                .containsExactly(choice(0, 1), choice(1, 0));
        refuses(join(false, false, narrow(before), narrow(before)), "a side of join at");
        refuses(join(false, false, narrow(map(before)), shuffle()), "a side of join at");
        Lineage sums = read(new ReadSide.Aggregated(new Aggregation.Reduce((left, right) -> left)));
        refuses(join(false, false, shuffle(), narrow(sums)), "is computed in the same stage");
        before.persist(StorageLevel.MEMORY_ONLY);
        refuses(join(false, false, narrow(before), shuffle()), "a side of join at");
    }

    @Test
    void refusesWhatNeedsAllRowsOfAKeyOrAPartition() {
        refuses(read(new ReadSide.Aggregated(new Aggregation.Reduce((left, right) -> left))), "merges all values");
        refuses(map(read(new ReadSide.Aggregated(new Aggregation.Group()))), "read at Main.main(Main.java:1) collects");
        refuses(read(new ReadSide.SortedByKey(NaturalOrder.ASCENDING)), "sorts its partitions");
        refuses(node("cogroup", new Op.CoGroup(2), shuffle(), shuffle()), "cogroup at Main.main(Main.java:1) collects");
        Lineage rows = read(new ReadSide.AsIs());
        refuses(
                node("mapPartitions", new Op.MapPartitions((at, all) -> all), narrow(rows)),
                "mapPartitions at Main.main(Main.java:1) is given whole partitions");
        refuses(
                node("union", new Op.Concatenate(), narrow(rows), narrow(read(new ReadSide.AsIs()))),
                "union at Main.main(Main.java:1) reads several partitions");
        refuses(
                node(
                        "coalesce",
                        new Op.Map(row -> row),
                        new Dependency.Narrow(rows, new PartitionMapping.Grouped(4, 4))),
                "reads several partitions");
    }

    @Test
    void refusesRowsThatAreKept() {
        Lineage rows = read(new ReadSide.AsIs());
        Lineage mapped = map(rows);
        rows.persist(StorageLevel.MEMORY_ONLY);
        refuses(mapped, "the rows of read at Main.main(Main.java:1) are kept");
        Lineage groups = node("join", new Op.CoGroup(2), shuffle(), shuffle());
        groups.persist(StorageLevel.MEMORY_AND_DISK);
        refuses(
                node("join", new Op.FlatMap(new Join(false, false)), narrow(groups)),
                "the rows of join at Main.main(Main.java:1) are kept");
    }

    @Test
    void allowsActionsWhoseResultsCanBePutTogetherAndEveryShuffle() {
        Lineage rows = read(new ReadSide.AsIs());
        List<Action> allowed = List.of(
                COUNT,
                new Action.Collect(Long.MAX_VALUE),
                new Action.Reduce((left, right) -> left),
                new Action.ForEach(row -> {}));
        List<Action> refused = new ArrayList<>(List.of(
                new Action.Collect(5),
                new Action.Fold(0L, (sum, row) -> sum),
                new Action.SampleKeys(10),
                new Action.FoldPartition(all -> null),
                new Action.SaveText("out", "attempt")));
        for (Action action : allowed) {
            assertThat(SlicedReads.of(StagePlan.of(rows, new StageSink.Produce(action)))
                            .choices())
                    .as("%s", action)
                    .hasSize(1);
        }
        for (Action action : refused) {
            assertThat(SlicedReads.of(StagePlan.of(rows, new StageSink.Produce(action)))
                            .refusal())
                    .as("%s", action)
                    .isEqualTo("the action takes whole partitions");
        }
        Aggregation sum = new Aggregation.Reduce((left, right) -> left);
        StageSink write = new StageSink.WriteShuffle(new ShuffleId(99), new HashPartitioner(3), true, sum);
        assertThat(SlicedReads.of(StagePlan.of(rows, write)).choices()).hasSize(1);
    }
}

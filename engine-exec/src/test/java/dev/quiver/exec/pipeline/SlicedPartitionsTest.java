package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.function.FlatMapFunction;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.JoinKind;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PartitionMapping;
import dev.quiver.lineage.ReadSide;
import dev.quiver.lineage.RoundRobin;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.stage.Action;
import dev.quiver.stage.SlicedReads;
import dev.quiver.stage.SplitPartition;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.StageSink;
import dev.quiver.stage.TaskLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The slices of a partition together make exactly the rows of the partition, for every plan that allows slices. */
class SlicedPartitionsTest {
    private static final int MAPS = 6;
    private static final int PARTITIONS = 3;

    private enum Kind implements FlatMapFunction<Object, Object>, JoinKind {
        INNER(false, false),
        LEFT(false, true),
        RIGHT(true, false);

        private final boolean leftOptional;
        private final boolean rightOptional;

        Kind(boolean leftOptional, boolean rightOptional) {
            this.leftOptional = leftOptional;
            this.rightOptional = rightOptional;
        }

        @Override
        public boolean leftOptional() {
            return leftOptional;
        }

        @Override
        public boolean rightOptional() {
            return rightOptional;
        }

        @Override
        public Iterable<?> call(Object row) {
            List<?> groups = (List<?>) Stages.value(row);
            List<Object> joined = new ArrayList<>();
            for (Object left : side((List<?>) groups.get(0), leftOptional)) {
                for (Object right : side((List<?>) groups.get(1), rightOptional)) {
                    joined.add(Pair.of(Stages.key(row), Pair.of(left, right)));
                }
            }
            return joined;
        }

        private static List<?> side(List<?> values, boolean optional) {
            if (!optional) {
                return values;
            }
            return values.isEmpty()
                    ? List.of(Optional.empty())
                    : values.stream().map(Optional::ofNullable).toList();
        }
    }

    private final Stages stages = new Stages();

    private Lineage pairs(Random random, int rows, Function<Random, Object> key) {
        List<List<Object>> slices = new ArrayList<>();
        for (int slice = 0; slice < MAPS; slice++) {
            List<Object> pairs = new ArrayList<>();
            for (int row = random.nextInt(3) == 0 ? rows : 0; row < rows; row++) {
                pairs.add(Pair.of(key.apply(random), random.nextInt(1000)));
            }
            slices.add(pairs);
        }
        return stages.collection(slices);
    }

    private ShuffleDependency shuffle(Lineage rows) {
        return stages.shuffle(rows, new HashPartitioner(PARTITIONS), true, null);
    }

    private Lineage read(Lineage rows) {
        return stages.read(shuffle(rows), new ReadSide.AsIs());
    }

    /** Cut between map outputs, anywhere. */
    private static List<Integer> cut(Random random) {
        List<Integer> bounds = new ArrayList<>(List.of(0));
        for (int map = 1; map < MAPS; map++) {
            if (random.nextBoolean() || map == MAPS - 1 && bounds.size() == 1) {
                bounds.add(map);
            }
        }
        bounds.add(MAPS);
        return bounds;
    }

    private static List<Object> sorted(List<?> rows) {
        List<Object> sorted = new ArrayList<>(rows);
        sorted.sort(Comparator.comparing(String::valueOf));
        return sorted;
    }

    private List<Object> results(StageProgram program, TaskLayout layout, int partition) throws Exception {
        List<Object> results = new ArrayList<>();
        for (int task : layout.tasks(partition)) {
            TaskProduct product =
                    program.run(layout.partition(task), layout.slice(task), new FakeServices(stages.cluster, task, 0));
            results.add(stages.serializer.read(((TaskProduct.Value) product).bytes()));
        }
        return results;
    }

    /** Runs every partition of a dataset whole and in slices, for each shuffle that may be read so, and each action. */
    private void same(String what, Lineage lineage, Random random) throws Exception {
        stages.prepare(lineage);
        StageSink collect = new StageSink.Produce(new Action.Collect(Long.MAX_VALUE));
        SlicedReads reads = SlicedReads.of(StagePlan.of(lineage, collect));
        assertThat(reads.refusal()).as(what).isNull();
        assertThat(reads.choices()).as(what).isNotEmpty();
        for (SlicedReads.Choice choice : reads.choices()) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                SplitPartition split = new SplitPartition(partition, choice.shuffle(), cut(random));
                TaskLayout layout = new TaskLayout(PARTITIONS, List.of(split));
                String which = what + ", " + split;
                List<Object> whole =
                        sorted((List<?>) stages.run(lineage, new Action.Collect(Long.MAX_VALUE), partition));
                List<Object> together = new ArrayList<>();
                results(stages.program(lineage, collect), layout, partition)
                        .forEach(rows -> together.addAll((List<?>) rows));
                assertThat(sorted(together)).as(which).isEqualTo(whole);
                long counted = 0;
                for (Object count : results(
                        stages.program(lineage, new StageSink.Produce(new Action.Count())), layout, partition)) {
                    counted += (long) count;
                }
                assertThat(counted).as(which).isEqualTo(whole.size());
            }
        }
        assertThat(stages.cluster.open).as("sources and writers left open").isZero();
    }

    private Lineage join(Lineage left, Lineage right, Kind kind) {
        Lineage groups = stages.node(new Op.CoGroup(2), PARTITIONS, shuffle(left), shuffle(right));
        return stages.flatMap(groups, kind);
    }

    @Test
    void rowsOfAShuffleReadAsItComes() throws Exception {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            Lineage rows = read(pairs(random, 50, keys -> (long) keys.nextInt(40)));
            same("as is, seed " + seed, rows, random);
            same("mapped, seed " + seed, stages.map(rows, row -> Pair.of(row, 1)), random);
            Lineage chain = stages.flatMap(
                    stages.filter(rows, row -> (Integer) Stages.value(row) % 2 == 0), row -> List.of(row, row));
            same("chain, seed " + seed, stages.map(chain, Stages::key), random);
        }
    }

    @Test
    void joinsOfEveryKindThatAllowsIt() throws Exception {
        List<Function<Random, Object>> keys = List.of(
                random -> (long) random.nextInt(20),
                random -> random.nextInt(3) > 0 ? 7L : (long) random.nextInt(300),
                random -> "key" + random.nextInt(25),
                random -> random.nextInt(9) == 0 ? null : (long) random.nextInt(30),
                random -> Pair.of(random.nextInt(5), "x"));
        for (int seed = 0; seed < 24; seed++) {
            Random random = new Random(seed);
            Function<Random, Object> key = keys.get(seed % keys.size());
            int large = random.nextBoolean() ? 40 : 10;
            Lineage left = pairs(random, large, key);
            Lineage right = pairs(random, 50 - large, key);
            for (Kind kind : Kind.values()) {
                same(kind + ", seed " + seed, join(left, right, kind), random);
                same(
                        kind + " of filtered values, seed " + seed,
                        stages.map(join(left, right, kind), row -> Pair.of(Stages.value(row), Stages.key(row))),
                        random);
            }
        }
    }

    @Test
    void joinsOfRowsThatWerePartitionedAlikeBefore() throws Exception {
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            Lineage left = read(pairs(random, 30, keys -> (long) keys.nextInt(20)));
            Lineage right = pairs(random, 20, keys -> (long) keys.nextInt(20));
            Lineage groups = stages.node(
                    new Op.CoGroup(2),
                    PARTITIONS,
                    new Dependency.Narrow(left, PartitionMapping.ONE_TO_ONE),
                    shuffle(right));
            for (Kind kind : Kind.values()) {
                same(kind + ", seed " + seed, stages.flatMap(groups, kind), random);
            }
        }
    }

    @Test
    void mergedValuesComeToTheSame() throws Exception {
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            Lineage rows = read(pairs(random, 60, keys -> (long) keys.nextInt(40)));
            stages.prepare(rows);
            StageSink sum = new StageSink.Produce(new Action.Reduce((left, right) -> Pair.of(
                    (Long) Stages.key(left) + (Long) Stages.key(right),
                    (Integer) Stages.value(left) + (Integer) Stages.value(right))));
            SlicedReads.Choice choice =
                    SlicedReads.of(StagePlan.of(rows, sum)).choices().get(0);
            for (int partition = 0; partition < PARTITIONS; partition++) {
                TaskLayout layout = new TaskLayout(
                        PARTITIONS, List.of(new SplitPartition(partition, choice.shuffle(), cut(random))));
                long keys = 0;
                int values = 0;
                for (Object merged : results(stages.program(rows, sum), layout, partition)) {
                    for (Object pair : (List<?>) merged) {
                        keys += (Long) Stages.key(pair);
                        values += (Integer) Stages.value(pair);
                    }
                }
                List<?> whole = (List<?>) results(stages.program(rows, sum), TaskLayout.whole(PARTITIONS), partition)
                        .get(0);
                Object expected = whole.isEmpty() ? Pair.of(0L, 0) : whole.get(0);
                assertThat((Object) Pair.of(keys, values)).as("seed %d", seed).isEqualTo(expected);
            }
        }
    }

    @Test
    void mapOutputsOfSlicesBringTheNextStageTheSameRows() throws Exception {
        Aggregation sum = new Aggregation.Reduce((left, right) -> (Integer) left + (Integer) right);
        for (int seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            Lineage rows = read(pairs(random, 60, keys -> (long) keys.nextInt(40)));
            boolean merges = random.nextBoolean();
            ShuffleDependency next = merges
                    ? stages.shuffle(rows, new HashPartitioner(4), true, sum)
                    : stages.shuffle(rows, new RoundRobin(4), false, null);
            Lineage last = stages.read(next, merges ? new ReadSide.Aggregated(sum) : new ReadSide.AsIs());
            List<Object> expected = sorted(stages.collect(last));

            stages.cluster.shuffles.remove(next.id());
            StageSink write = new StageSink.WriteShuffle(
                    next.id(), next.partitioner(), next.keyed(), next.mapSide().orElse(null));
            SlicedReads reads = SlicedReads.of(StagePlan.of(rows, write));
            List<SplitPartition> splits = new ArrayList<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                if (random.nextBoolean()) {
                    splits.add(
                            new SplitPartition(partition, reads.choices().get(0).shuffle(), cut(random)));
                }
            }
            TaskLayout layout = new TaskLayout(PARTITIONS, splits);
            StageProgram program = stages.program(rows, write);
            for (int task = 0; task < layout.taskCount(); task++) {
                TaskProduct made = program.run(
                        layout.partition(task), layout.slice(task), new FakeServices(stages.cluster, task, 0));
                assertThat(((TaskProduct.Wrote) made).output().mapPartition()).isEqualTo(task);
            }
            assertThat(sorted(stages.collect(last)))
                    .as("seed %d, %s", seed, splits)
                    .isEqualTo(expected);
        }
    }
}

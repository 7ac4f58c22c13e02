package dev.quiver.stage.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.StorageLevel;
import dev.quiver.function.MapFunction;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.FileSplit;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.NaturalOrder;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PartitionMapping;
import dev.quiver.lineage.RangePartitioner;
import dev.quiver.lineage.ReadSide;
import dev.quiver.lineage.RoundRobin;
import dev.quiver.serializer.NotSerializable;
import dev.quiver.shape.Shape;
import dev.quiver.stage.Action;
import dev.quiver.stage.StageInput;
import dev.quiver.stage.StageNode;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.StageSink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlanCodecTest {
    private static final StageSink COUNT = new StageSink.Produce(new Action.Count());

    /** Equal when its fields are, unlike a lambda: what came back can be compared. */
    private record Add(int number) implements MapFunction<Object, Object> {
        @Override
        public Object call(Object row) {
            return (long) row + number;
        }
    }

    private static StageNode node(Op op, Shape shape, StageInput... inputs) {
        return new StageNode(
                new DatasetId(1 << 20),
                op,
                List.of(inputs),
                StorageLevel.MEMORY_AND_DISK,
                shape,
                new CallSite("map", "Käse.main(Käse.java:21)"));
    }

    private static StagePlan plan(StageSink sink, StageNode... nodes) {
        return new StagePlan(List.of(nodes), sink);
    }

    private static StagePlan throughBytes(StagePlan plan) {
        return PlanCodec.decode(PlanCodec.encode(plan), PlanCodecTest.class.getClassLoader());
    }

    static Stream<Op> operators() {
        MapFunction<Object, Object> add = new Add(3);
        return Stream.of(
                new Op.Collection(7),
                new Op.Range(Long.MIN_VALUE, Long.MAX_VALUE, -1, 5),
                new Op.TextFile(List.of(new FileSplit("/ä b", 1L << 40, Long.MAX_VALUE, true))),
                new Op.Concatenate(),
                new Op.ShuffleRead(new ReadSide.AsIs()),
                new Op.ShuffleRead(new ReadSide.SortedByKey(NaturalOrder.DESCENDING)),
                new Op.ShuffleRead(new ReadSide.Aggregated(new Aggregation.Group())),
                new Op.CoGroup(2),
                new Op.Map(add),
                new Op.MapValues(add),
                new Op.KeyBy(add));
    }

    @ParameterizedTest
    @MethodSource("operators")
    void readsAnOperatorAsItWasWritten(Op op) {
        StagePlan plan = plan(COUNT, node(op, Shape.UNKNOWN));
        assertThat(throughBytes(plan)).isEqualTo(plan);
    }

    static Stream<StageSink> sinks() {
        return Stream.of(
                COUNT,
                new StageSink.Produce(new Action.Collect(Long.MAX_VALUE)),
                new StageSink.Produce(new Action.SaveText("/out", "/out/.attempts")),
                new StageSink.Produce(new Action.Fold("zero", null)),
                new StageSink.WriteShuffle(new ShuffleId(3), new HashPartitioner(500), true, null),
                new StageSink.WriteShuffle(new ShuffleId(3), new HashPartitioner(1), false, new Aggregation.Group()),
                new StageSink.WriteShuffle(
                        new ShuffleId(4),
                        new RangePartitioner(new Object[] {1, 5}, NaturalOrder.ASCENDING),
                        true,
                        null));
    }

    @ParameterizedTest
    @MethodSource("sinks")
    void readsASinkAsItWasWritten(StageSink sink) {
        StagePlan plan = plan(sink, node(new Op.Range(0, 10, 1, 2), Shape.Scalar.LONG));
        assertThat(throughBytes(plan)).isEqualTo(plan);
    }

    @Test
    void dealsRowsToAsManyPartitionsAsBefore() {
        StageSink sink = new StageSink.WriteShuffle(new ShuffleId(3), new RoundRobin(12), false, null);
        StageSink.WriteShuffle read =
                (StageSink.WriteShuffle) throughBytes(plan(sink, node(new Op.Collection(1), Shape.UNKNOWN)))
                        .sink();
        assertThat(read.partitioner()).isInstanceOf(RoundRobin.class);
        assertThat(read.partitioner().partitionCount()).isEqualTo(12);
        assertThat(read.keyed()).isFalse();
    }

    @Test
    void readsInputsAndShapesAsTheyWereWritten() {
        Shape record = new Shape.RecordOf(
                "com.example.Trade",
                List.of(
                        new Shape.Component("id", Shape.Scalar.LONG),
                        new Shape.Component("side", new Shape.EnumOf("com.example.Side")),
                        new Shape.Component("notes", new Shape.ListOf(new Shape.OptionalOf(Shape.Scalar.STRING))),
                        new Shape.Component("rest", new Shape.Opaque("java.util.Map"))));
        StageNode first = node(new Op.Range(0, 10, 1, 2), Shape.Scalar.DURATION);
        StageNode second = node(
                new Op.Concatenate(),
                new Shape.PairOf(record, Shape.UNKNOWN),
                new StageInput.Node(0, PartitionMapping.ONE_TO_ONE),
                new StageInput.Node(0, new PartitionMapping.Branch(3, 4)),
                new StageInput.Node(0, new PartitionMapping.Grouped(1_000_000, 7)),
                new StageInput.Shuffle(new ShuffleId(9), 5_000));
        StagePlan plan = plan(COUNT, first, second);
        assertThat(throughBytes(plan)).isEqualTo(plan);
    }

    @Test
    void everyScalarShapeKeepsItsMeaning() {
        for (Shape.Scalar scalar : Shape.Scalar.values()) {
            StagePlan plan = plan(COUNT, node(new Op.Collection(1), scalar));
            assertThat(throughBytes(plan)).isEqualTo(plan);
        }
    }

    @Test
    void functionsKeepWhatTheyCapturedAndWhatTheyShare() throws Exception {
        List<Integer> shared = new ArrayList<>(List.of(1));
        MapFunction<Object, Object> add = row -> {
            shared.add((Integer) row);
            return shared.size();
        };
        MapFunction<Object, Object> ask = row -> shared.size();
        StagePlan read =
                throughBytes(plan(COUNT, node(new Op.Map(add), Shape.UNKNOWN), node(new Op.Map(ask), Shape.UNKNOWN)));
        Op.Map first = (Op.Map) read.nodes().get(0).op();
        Op.Map second = (Op.Map) read.nodes().get(1).op();
        assertThat(first.function().call(5)).isEqualTo(2);
        assertThat(second.function().call(5)).isEqualTo(2);
        assertThat(shared).as("the driver's own").containsExactly(1);
    }

    @Test
    void samePlansHaveTheSameBytesAndOthersDiffer() {
        StagePlan plan = plan(COUNT, node(new Op.Map(new Add(1)), Shape.UNKNOWN));
        StagePlan other = plan(COUNT, node(new Op.Map(new Add(2)), Shape.UNKNOWN));
        assertThat(PlanCodec.encode(plan)).isEqualTo(PlanCodec.encode(plan)).isNotEqualTo(PlanCodec.encode(other));
    }

    @Test
    void plansMayBeSharedUnlessTheyHoldWhatTasksCouldChange() {
        long[] state = {0};
        assertThat(PlanCodec.mayBeShared(plan(COUNT, node(new Op.Range(0, 1, 1, 1), Shape.UNKNOWN))))
                .isTrue();
        assertThat(PlanCodec.mayBeShared(plan(COUNT, node(new Op.Map(row -> row), Shape.UNKNOWN))))
                .isTrue();
        assertThat(PlanCodec.mayBeShared(plan(COUNT, node(new Op.Map(row -> state[0]++), Shape.UNKNOWN))))
                .isFalse();
        assertThat(PlanCodec.mayBeShared(plan(
                        new StageSink.Produce(new Action.ForEach(row -> state[0]++)),
                        node(new Op.Collection(1), Shape.UNKNOWN))))
                .isFalse();
    }

    @Test
    void namesTheClassThatCannotBeWritten() {
        Object door = new Object();
        StagePlan plan = plan(COUNT, node(new Op.Map(row -> door), Shape.UNKNOWN));
        assertThatThrownBy(() -> PlanCodec.encode(plan))
                .isInstanceOf(NotSerializable.class)
                .hasMessageContaining("java.lang.Object");
    }

    /** Whatever bytes come, the answer is a plan or a named error: nothing hangs, nothing takes the memory. */
    @Test
    void damagedBytesAreRefused() {
        byte[] bytes = PlanCodec.encode(plan(
                COUNT,
                node(new Op.Map(new Add(1)), new Shape.PairOf(Shape.Scalar.INT, Shape.UNKNOWN)),
                node(new Op.Concatenate(), Shape.UNKNOWN, new StageInput.Node(0, PartitionMapping.ONE_TO_ONE))));
        long seed = 20260101;
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            byte[] damaged = Arrays.copyOf(bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length);
            for (int flips = random.nextInt(3); flips >= 0 && damaged.length > 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                PlanCodec.decode(damaged, PlanCodecTest.class.getClassLoader());
            } catch (RuntimeException refused) {
                assertThat(refused.getMessage())
                        .as("seed %d, round %d", seed, round)
                        .isNotBlank();
            }
        }
    }
}

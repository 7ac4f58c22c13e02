package dev.quiver.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.DatasetId;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PartitionMapping;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StagePlanTest {
    private static final StageSink SINK = new StageSink.Produce(new Action.Count());
    private int ids;

    private Lineage source() {
        return node(new Op.Range(0, 10, 1, 2), List.of());
    }

    private Lineage after(Lineage... parents) {
        List<Dependency> inputs = new ArrayList<>();
        for (Lineage parent : parents) {
            inputs.add(new Dependency.Narrow(parent, PartitionMapping.ONE_TO_ONE));
        }
        return node(new Op.Concatenate(), inputs);
    }

    private Lineage node(Op op, List<Dependency> inputs) {
        return new Lineage(
                new DatasetId(ids++), op, inputs, 2, null, Shape.UNKNOWN, new CallSite("test", "here"));
    }

    private static void checkOrder(StagePlan plan) {
        for (int position = 0; position < plan.nodes().size(); position++) {
            for (StageInput input : plan.nodes().get(position).inputs()) {
                if (input instanceof StageInput.Node node) {
                    assertThat(node.node()).isLessThan(position);
                }
            }
        }
    }

    @Test
    void flattensAChainOfFiveThousandNodes() {
        Lineage last = source();
        for (int length = 1; length < 5000; length++) {
            last = after(last);
        }
        StagePlan plan = StagePlan.of(last, SINK);
        assertThat(plan.nodes()).hasSize(5000);
        assertThat(plan.root().dataset()).isEqualTo(last.id());
        checkOrder(plan);
    }

    @Test
    void holdsEachNodeOfALadderOfDiamondsOnce() {
        Lineage last = source();
        for (int rung = 0; rung < 200; rung++) {
            last = after(after(last), after(last), last);
        }
        StagePlan plan = StagePlan.of(last, SINK);
        assertThat(plan.nodes()).hasSize(601);
        checkOrder(plan);
    }

    @Test
    void stopsAtShuffles() {
        ShuffleDependency shuffle =
                new ShuffleDependency(new ShuffleId(4), after(source()), new HashPartitioner(3), true, null);
        Lineage read = node(new Op.CoGroup(2), List.of(shuffle, shuffle));
        StagePlan plan = StagePlan.of(after(read), SINK);
        assertThat(plan.nodes()).hasSize(2);
        assertThat(plan.nodes().get(0).inputs())
                .containsExactly(
                        new StageInput.Shuffle(new ShuffleId(4), 2), new StageInput.Shuffle(new ShuffleId(4), 2));
    }
}

package dev.quiver.stage;

import dev.quiver.StorageLevel;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.JoinKind;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PartitionMapping;
import dev.quiver.lineage.ReadSide;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the partitions of a stage may be computed in slices, each from some map outputs of one shuffle: then the slices
 * together make exactly the rows of the partition, and nobody sees that there are several. That takes a stage whose rows
 * can be told apart freely: it reads a shuffle as it comes, or joins two of them, works row by row, keeps no rows, and its
 * sink takes the rows of a partition in any portions.
 *
 * @param choices the shuffles of which one may be read in slices; empty when none may
 * @param refusal why none may, for people; null when some may, and when the stage reads no shuffle
 */
public record SlicedReads(List<Choice> choices, String refusal) {
    /**
     * A shuffle that may be read in slices.
     *
     * @param shuffle read in slices
     * @param beside  what every slice then reads in full, or null when there is nothing else
     */
    public record Choice(ShuffleId shuffle, ShuffleId beside) {}

    /** What a plan allows. */
    public static SlicedReads of(StagePlan plan) {
        boolean reads = plan.nodes().stream()
                .anyMatch(node -> node.inputs().stream().anyMatch(StageInput.Shuffle.class::isInstance));
        return reads ? ofReader(plan) : new SlicedReads(List.of(), null);
    }

    private static SlicedReads ofReader(StagePlan plan) {
        if (plan.sink() instanceof StageSink.Produce produce && !joinsPortions(produce.action())) {
            return refused("the action takes whole partitions");
        }
        StageNode node = plan.root();
        while (true) {
            Op op = node.op();
            if (node.storageLevel() != StorageLevel.NONE) {
                return refused("the rows of " + node.callSite() + " are kept");
            } else if (op instanceof Op.ShuffleRead read) {
                String whole = needsWholeKeys(read.readSide());
                return whole == null
                        ? new SlicedReads(
                                List.of(new Choice(shuffle(node.inputs().get(0)), null)), null)
                        : refused(node.callSite() + " " + whole);
            } else if (op instanceof Op.FlatMap flatMap && flatMap.function() instanceof JoinKind kind) {
                return join(plan, node, kind);
            } else if (!isRowWise(op) || !(oneToOne(node.inputs().get(0)) instanceof StageInput.Node input)) {
                return refused(why(node));
            } else {
                node = plan.nodes().get(input.node());
            }
        }
    }

    /** Whether what an action makes of portions of a partition can be put together without calling user code. */
    private static boolean joinsPortions(Action action) {
        return action instanceof Action.Count
                || action instanceof Action.Reduce
                || action instanceof Action.ForEach
                || action instanceof Action.Collect collect && collect.limit() == Long.MAX_VALUE;
    }

    private static boolean isRowWise(Op op) {
        return op instanceof Op.Map
                || op instanceof Op.Filter
                || op instanceof Op.FlatMap
                || op instanceof Op.MapValues
                || op instanceof Op.KeyBy;
    }

    private static String needsWholeKeys(ReadSide side) {
        if (side instanceof ReadSide.Aggregated aggregated) {
            boolean collects = aggregated.aggregation() instanceof Aggregation.Group;
            return (collects ? "collects" : "merges") + " all values of a key";
        }
        return side instanceof ReadSide.SortedByKey ? "sorts its partitions" : null;
    }

    private static String why(StageNode node) {
        String who = node.callSite().toString();
        if (node.op() instanceof Op.MapPartitions) {
            return who + " is given whole partitions";
        }
        return who + (node.op() instanceof Op.CoGroup ? " collects all values of a key" : " reads several partitions");
    }

    /**
     * A join takes its matches apart freely, as long as every slice sees all of the other side. Rows without a match are
     * known only to whoever sees all of this side, so they must be of the side that is sliced.
     */
    private static SlicedReads join(StagePlan plan, StageNode join, JoinKind kind) {
        if (!(oneToOne(join.inputs().get(0)) instanceof StageInput.Node input)) {
            return refused(why(join));
        }
        StageNode groups = plan.nodes().get(input.node());
        if (!(groups.op() instanceof Op.CoGroup) || groups.inputs().size() != 2) {
            return refused(why(join));
        }
        if (groups.storageLevel() != StorageLevel.NONE) {
            return refused("the rows of " + groups.callSite() + " are kept");
        }
        ShuffleId left = readAsIs(plan, groups.inputs().get(0));
        ShuffleId right = readAsIs(plan, groups.inputs().get(1));
        if (left == null || right == null || left.equals(right)) {
            return refused("a side of " + join.callSite() + " is computed in the same stage");
        }
        List<Choice> choices = new ArrayList<>(2);
        if (!kind.leftOptional()) {
            choices.add(new Choice(left, right));
        }
        if (!kind.rightOptional()) {
            choices.add(new Choice(right, left));
        }
        return choices.isEmpty()
                ? refused(join.callSite() + " keeps the keys of both sides")
                : new SlicedReads(List.copyOf(choices), null);
    }

    /** The shuffle that an input brings without anything being done to its rows, or null. */
    private static ShuffleId readAsIs(StagePlan plan, StageInput input) {
        if (oneToOne(input) instanceof StageInput.Node read) {
            StageNode node = plan.nodes().get(read.node());
            return node.op() instanceof Op.ShuffleRead side
                            && needsWholeKeys(side.readSide()) == null
                            && node.storageLevel() == StorageLevel.NONE
                    ? shuffle(node.inputs().get(0))
                    : null;
        }
        return shuffle(input);
    }

    private static StageInput oneToOne(StageInput input) {
        return input instanceof StageInput.Node node && node.mapping() instanceof PartitionMapping.OneToOne
                ? node
                : null;
    }

    private static ShuffleId shuffle(StageInput input) {
        return input instanceof StageInput.Shuffle shuffle ? shuffle.shuffle() : null;
    }

    private static SlicedReads refused(String why) {
        return new SlicedReads(List.of(), why);
    }
}

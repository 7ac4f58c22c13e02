package dev.quiver.exec.pipeline;

import dev.quiver.StorageLevel;
import dev.quiver.lineage.Op;
import dev.quiver.stage.StageNode;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.StageSink;

/** Says in words what of a stage is fused into one loop, and what is not and why. */
final class StageDescription {
    private StageDescription() {}

    static String of(StagePlan plan, Segment last, boolean pushed, PipelineSettings settings) {
        StringBuilder text =
                new StringBuilder("sink: ").append(sink(plan.sink())).append('\n');
        int outside = plan.nodes().size() - last.nodes.size();
        if (!pushed && !last.nodes.isEmpty()) {
            outside = plan.nodes().size();
            text.append("not fused with the sink: it may want fewer rows than there are\n");
        } else if (last.refusal() != null) {
            text.append("not compiled: the chain before the sink, because ")
                    .append(last.refusal())
                    .append('\n');
        } else if (!last.nodes.isEmpty()) {
            text.append("one loop, compiled after ")
                    .append(settings.compileAfterRows())
                    .append(" rows, over ")
                    .append(last.source(plan))
                    .append(":\n");
            for (StageNode node : last.nodes) {
                text.append("  ").append(node.callSite()).append('\n');
            }
        }
        for (String loop : last.compiledLoops()) {
            text.append("compiled: ").append(loop).append('\n');
        }
        for (int index = outside - 1; index >= 0; index--) {
            StageNode node = plan.nodes().get(index);
            if (last.nodes.contains(node) && pushed) {
                continue;
            }
            text.append("apart: ")
                    .append(node.callSite())
                    .append(", ")
                    .append(reason(node))
                    .append('\n');
        }
        return text.toString();
    }

    private static String sink(StageSink sink) {
        if (sink instanceof StageSink.WriteShuffle write) {
            return "shuffle into " + write.partitioner().partitionCount() + " partitions"
                    + (write.mapSide() != null && write.mapSide().mapSideCombine() ? ", merged by key first" : "");
        }
        return ((StageSink.Produce) sink).action().getClass().getSimpleName();
    }

    private static String reason(StageNode node) {
        if (node.storageLevel() != StorageLevel.NONE) {
            return "because its rows are kept at " + node.storageLevel();
        }
        Op op = node.op();
        if (op instanceof Op.FlatMap) {
            return "pulled row by row, because its reader may stop before the end";
        }
        if (RowOp.of(op) != null) {
            return "compiled with its neighbours into a loop over batches, because what follows pulls its rows";
        }
        if (op instanceof Op.MapPartitions) {
            return "because the function is given a whole partition";
        }
        if (op instanceof Op.Concatenate) {
            return "because it reads several partitions";
        }
        if (op instanceof Op.ShuffleRead || op instanceof Op.CoGroup) {
            return "which gathers rows from other tasks";
        }
        return "the source";
    }
}

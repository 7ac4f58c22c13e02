package dev.quiver.exec.pipeline;

import dev.quiver.StorageLevel;
import dev.quiver.exec.compile.LoopCompiler;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.JoinKind;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PartitionMapping;
import dev.quiver.shape.Shape;
import dev.quiver.stage.SlicedReads;
import dev.quiver.stage.StageInput;
import dev.quiver.stage.StageNode;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.StageSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Says in words what of a stage is fused into one loop, what is not and why, and which kernels it uses. */
final class StageDescription {
    /** Of a longer chain the rest is counted. */
    private static final int MOST_NAMED = 12;

    private final StagePlan plan;
    private final Segment last;
    private final PipelineSettings settings;
    private final ShuffleDescription shuffles;
    private final ClassLoader loader;
    private final List<String> lines = new ArrayList<>();

    private StageDescription(
            StagePlan plan, Segment last, PipelineSettings settings, ShuffleDescription shuffles, ClassLoader loader) {
        this.plan = plan;
        this.last = last;
        this.settings = settings;
        this.shuffles = shuffles;
        this.loader = loader;
    }

    /** @param pushed whether the sink takes all rows there are */
    static List<String> of(
            StagePlan plan,
            Segment last,
            boolean pushed,
            PipelineSettings settings,
            ShuffleDescription shuffles,
            ClassLoader loader) {
        StageDescription description = new StageDescription(plan, last, settings, shuffles, loader);
        boolean fused = pushed && last.refusal() == null;
        description.apart(fused);
        description.slices();
        description.loop(pushed);
        description.sink();
        description.compiled();
        return description.lines;
    }

    /** The nodes that are no part of the loop before the sink, from the source on. */
    private void apart(boolean fused) {
        for (int index = 0; index < plan.nodes().size(); index++) {
            StageNode node = plan.nodes().get(index);
            if (fused && last.nodes.contains(node)) {
                continue;
            }
            String how = how(node, index);
            if (how != null) {
                lines.add(node.callSite() + ": " + how);
            }
        }
    }

    private String how(StageNode node, int index) {
        String kept = node.storageLevel() == StorageLevel.NONE
                ? ""
                : "not fused with what reads it, because its rows are kept at " + node.storageLevel();
        String work = work(node, index);
        return work == null ? kept.isEmpty() ? null : kept : kept.isEmpty() ? work : work + "; " + kept;
    }

    private String work(StageNode node, int index) {
        Op op = node.op();
        if (op instanceof Op.ShuffleRead read) {
            return shuffles.reading(read.readSide(), node.shape());
        }
        if (op instanceof Op.AggregateByKey aggregate) {
            return shuffles.aggregating(aggregate.aggregation(), node.shape());
        }
        if (op instanceof Op.CoGroup) {
            return isJoined(index)
                    ? null
                    : "values are collected by key into lists of objects, because a cogroup has no kernel; part by part"
                            + " from disk where they do not fit into memory";
        }
        if (op instanceof Op.FlatMap flatMap && flatMap.function() instanceof JoinKind) {
            return shuffles.joining(node.shape());
        }
        if (op instanceof Op.FlatMap) {
            return "not fused, pulled row by row, because its reader may stop before the end";
        }
        if (RowOp.of(op) != null) {
            return last.refusal() != null && last.nodes.contains(node)
                    ? "interpreted"
                    : "fused with its neighbours into a loop over batches of objects, because what follows pulls its rows";
        }
        if (op instanceof Op.MapPartitions) {
            return "not fused, because the function is given a whole partition";
        }
        return op instanceof Op.Concatenate ? "not fused, because it reads several partitions" : null;
    }

    /** Whether only a join reads the groups of a node, which then are not built. */
    private boolean isJoined(int index) {
        for (StageNode node : plan.nodes()) {
            for (StageInput input : node.inputs()) {
                if (input instanceof StageInput.Node read && read.node() == index) {
                    return node.op() instanceof Op.FlatMap flatMap
                            && flatMap.function() instanceof JoinKind
                            && read.mapping() instanceof PartitionMapping.OneToOne
                            && plan.nodes().get(index).storageLevel() == StorageLevel.NONE;
                }
            }
        }
        return false;
    }

    /** What may become of a partition that reads far more than the others. */
    private void slices() {
        SlicedReads reads = SlicedReads.of(plan);
        if (reads.refusal() != null) {
            lines.add("a partition far larger than the others stays one task, because " + reads.refusal());
        } else if (!reads.choices().isEmpty()) {
            boolean joins = reads.choices().get(0).beside() != null;
            String side = reads.choices().size() == 1 ? "the side whose keys are all kept" : "the larger side";
            lines.add("a partition far larger than the others may be read in slices by several tasks"
                    + (joins ? ": each a part of " + side + " of the join and all of the other" : ""));
        }
    }

    private void loop(boolean pushed) {
        if (last.nodes.isEmpty()) {
            return;
        }
        if (last.refusal() != null) {
            lines.add("not compiled: " + names(last.nodes) + ", because " + last.refusal());
        } else if (!pushed) {
            lines.add("not fused with the sink, because it may want fewer rows than there are");
        } else {
            lines.add("one loop: " + names(last.nodes) + ", into the sink; interpreted for the first "
                    + settings.compileAfterRows() + " rows, then compiled");
            lines.add("rows enter the loop " + entry()
                    + (plan.sink() instanceof StageSink.WriteShuffle write
                            ? ", and leave it "
                                    + shuffles.leaving(write, plan.root().shape())
                            : ""));
        }
    }

    /** How the loop is given its rows. */
    private String entry() {
        StageNode source = last.sourceNode(plan);
        if (source == null) {
            return "as columns or as objects, decided by the first rows";
        }
        if (source.op() instanceof Op.Range) {
            return "as numbers in registers";
        }
        boolean kept = source.storageLevel() != StorageLevel.NONE;
        if (!kept
                && source.op() instanceof Op.AggregateByKey aggregate
                && aggregate.aggregation() instanceof Aggregation.Reduce) {
            return "as columns where " + source.callSite().operator() + " reads columns, as objects elsewhere";
        }
        if (!kept && !shuffles.comesAsColumns(source)) {
            return "as objects, because " + source.callSite().operator() + " makes objects";
        }
        Shape shape = source.shape();
        if (ShuffleDescription.isOpen(shape)) {
            return "as columns or as objects, decided by the first rows";
        }
        String refusal = LoopCompiler.refusal(shape, loader);
        if (refusal != null) {
            return "as objects, because " + refusal;
        }
        return kept ? "as columns where they are kept already, as objects before" : "as columns";
    }

    private void sink() {
        if (plan.sink() instanceof StageSink.WriteShuffle write) {
            lines.addAll(shuffles.writing(write, plan.root().shape()));
        }
    }

    private void compiled() {
        Set<String> made = new TreeSet<>(last.compiledLoops());
        if (!last.nodes.isEmpty()) {
            made.addAll(LoopCompiler.made(last.loopOps()));
        }
        for (String loop : made) {
            lines.add("compiled in this process: " + loop);
        }
    }

    private static String names(List<StageNode> nodes) {
        List<String> names = new ArrayList<>();
        for (StageNode node : nodes.subList(0, Math.min(MOST_NAMED, nodes.size()))) {
            CallSite site = node.callSite();
            names.add(site.toString());
        }
        int more = nodes.size() - names.size();
        return String.join(", ", names) + (more > 0 ? " and " + more + " more" : "");
    }
}

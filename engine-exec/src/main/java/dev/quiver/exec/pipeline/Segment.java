package dev.quiver.exec.pipeline;

import dev.quiver.StorageLevel;
import dev.quiver.exec.compile.LoopPlan;
import dev.quiver.exec.specialize.LambdaCopy;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PartitionMapping;
import dev.quiver.stage.StageInput;
import dev.quiver.stage.StageNode;
import dev.quiver.stage.StagePlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The row operators right before the sink of a stage, which run as one: interpreted at first, and compiled once enough rows
 * came by. Safe for use by many threads; what one task does is in {@link SegmentRun}.
 */
final class Segment {
    /** The node whose rows enter, or -1 when they come from {@link #input}. */
    private final int sourceNode;

    private final StageInput input;
    private final String refusal;
    private final boolean isRange;
    private final AtomicLong interpretedRows = new AtomicLong();

    private final Set<String> compiledLoops = new ConcurrentSkipListSet<>();

    final List<Op> ops;
    final List<StageNode> nodes;

    /** The operators with functions as generated code wants them; made when it is first asked for. */
    private volatile List<Op> loopOps;

    private Segment(int sourceNode, StageInput input, boolean isRange, List<StageNode> nodes) {
        this.isRange = isRange;
        this.sourceNode = sourceNode;
        this.input = input;
        this.nodes = List.copyOf(nodes);
        this.ops = nodes.stream().map(StageNode::op).toList();
        this.refusal = LoopPlan.refusal(ops);
    }

    /** The segment before the sink: none, some or all of the stage's operators. */
    static Segment before(StagePlan plan) {
        List<StageNode> nodes = plan.nodes();
        List<StageNode> fused = new ArrayList<>();
        int at = nodes.size() - 1;
        while (true) {
            StageNode node = nodes.get(at);
            if (!LoopPlan.fuses(node.op()) || node.storageLevel() != StorageLevel.NONE) {
                Collections.reverse(fused);
                return new Segment(at, null, node.op() instanceof Op.Range, fused);
            }
            fused.add(node);
            StageInput read = node.inputs().get(0);
            if (!(read instanceof StageInput.Node parent) || !(parent.mapping() instanceof PartitionMapping.OneToOne)) {
                Collections.reverse(fused);
                return new Segment(-1, read, false, fused);
            }
            at = parent.node();
        }
    }

    /** Whether the sink takes the rows of its source as they are. */
    boolean isEmpty() {
        return ops.isEmpty() && !isRange;
    }

    /** Whether every row of the source becomes one row of the sink, so that rows can be counted without being made. */
    boolean keepsCount() {
        return ops.stream().noneMatch(op -> op instanceof Op.Filter || op instanceof Op.FlatMap);
    }

    /** Why the operators stay interpreted however many rows come, or null. */
    String refusal() {
        return refusal;
    }

    /** The rows that enter, in one task. */
    Cursor open(TaskRun run, int partition) throws Exception {
        return sourceNode >= 0 ? run.open(sourceNode, partition) : run.openInput(input, partition);
    }

    /** Notes that rows went through the interpreter; says whether it is time to compile. */
    boolean interpreted(int rows, PipelineSettings settings) {
        return interpretedRows.addAndGet(rows) >= settings.compileAfterRows();
    }

    /** The same operators for a {@link LoopPlan}. */
    List<Op> loopOps() {
        if (loopOps == null) {
            loopOps = ops.stream()
                    .map(op -> op instanceof Op.Map map ? new Op.Map(LambdaCopy.of(map.function())) : op)
                    .toList();
        }
        return loopOps;
    }

    /** Notes that a loop was made for this segment. */
    void compiled(LoopPlan plan) {
        compiledLoops.add(plan.ends());
    }

    /** Which loops tasks made so far, from what to what. */
    Set<String> compiledLoops() {
        return compiledLoops;
    }

    /** The node whose rows enter, for those who describe the stage; null when they come from a shuffle or other partitions. */
    StageNode sourceNode(StagePlan plan) {
        return sourceNode < 0 ? null : plan.nodes().get(sourceNode);
    }
}

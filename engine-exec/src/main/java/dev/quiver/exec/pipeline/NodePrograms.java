package dev.quiver.exec.pipeline;

import dev.quiver.QuiverException;
import dev.quiver.StorageLevel;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.id.BlockId;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.FileSplit;
import dev.quiver.lineage.JoinKind;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PartitionMapping;
import dev.quiver.lineage.ReadSide;
import dev.quiver.stage.StageInput;
import dev.quiver.stage.StageNode;
import dev.quiver.stage.StagePlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Makes the nodes of a plan ready. Runs of operators that work row by row become one {@link FusedCursor}. */
final class NodePrograms {
    private NodePrograms() {}

    static NodeProgram[] of(StagePlan plan) {
        List<StageNode> nodes = plan.nodes();
        NodeProgram[] programs = new NodeProgram[nodes.size()];
        boolean[] tails = chainTails(nodes);
        for (int index = 0; index < programs.length; index++) {
            StageNode node = nodes.get(index);
            NodeProgram.Opener opener = RowOp.of(node.op()) == null
                    ? join(nodes, node).orElseGet(() -> opener(node))
                    : tails[index] ? chain(nodes, index) : NodePrograms::neverOpened;
            programs[index] = new NodeProgram(node, opener);
        }
        return programs;
    }

    /** Which nodes are opened by themselves: all but those that only the next operator of their chain reads. */
    private static boolean[] chainTails(List<StageNode> nodes) {
        boolean[] tails = new boolean[nodes.size()];
        tails[nodes.size() - 1] = true;
        for (int index = 0; index < tails.length; index++) {
            StageNode node = nodes.get(index);
            tails[index] |= node.storageLevel() != StorageLevel.NONE;
            for (StageInput input : node.inputs()) {
                if (input instanceof StageInput.Node read && !continues(nodes, node, read)) {
                    tails[read.node()] = true;
                }
            }
        }
        return tails;
    }

    /** Whether a node does its work in the batches of the node it reads. */
    private static boolean continues(List<StageNode> nodes, StageNode node, StageInput.Node read) {
        StageNode parent = nodes.get(read.node());
        return RowOp.of(node.op()) != null
                && read.mapping() instanceof PartitionMapping.OneToOne
                && RowOp.of(parent.op()) != null
                && parent.storageLevel() == StorageLevel.NONE;
    }

    private static NodeProgram.Opener chain(List<StageNode> nodes, int tail) {
        List<Op> ops = new ArrayList<>();
        StageNode node = nodes.get(tail);
        ops.add(node.op());
        while (node.inputs().get(0) instanceof StageInput.Node read && continues(nodes, node, read)) {
            node = nodes.get(read.node());
            ops.add(node.op());
        }
        Collections.reverse(ops);
        StageInput source = node.inputs().get(0);
        RowChain chain = new RowChain(ops);
        return (run, partition) -> FusedCursor.over(run.openInput(source, partition), chain, run);
    }

    private static Cursor neverOpened(TaskRun run, int partition) {
        throw new IllegalStateException("a node inside a chain was opened by itself");
    }

    /** A node that joins the groups of a cogroup that nobody stores does without the groups. */
    private static Optional<NodeProgram.Opener> join(List<StageNode> nodes, StageNode node) {
        if (node.op() instanceof Op.FlatMap flatMap
                && flatMap.function() instanceof JoinKind kind
                && node.inputs().get(0) instanceof StageInput.Node read
                && read.mapping() instanceof PartitionMapping.OneToOne) {
            StageNode groups = nodes.get(read.node());
            List<StageInput> inputs = groups.inputs();
            if (groups.op() instanceof Op.CoGroup && inputs.size() == 2 && groups.storageLevel() == StorageLevel.NONE) {
                String operator = node.callSite().operator();
                return Optional.of(
                        (run, partition) -> new JoinCursor(inputs, flatMap.function(), kind, operator, partition, run));
            }
        }
        return Optional.empty();
    }

    private static NodeProgram.Opener opener(StageNode node) {
        Op op = node.op();
        List<StageInput> inputs = node.inputs();
        String operator = node.callSite().operator();
        if (op instanceof Op.Collection) {
            return (run, partition) -> collection(node, run, partition);
        }
        if (op instanceof Op.Checkpointed checkpoint) {
            return (run, partition) -> new BatchCursor(
                            run.services.readCheckpoint(
                                    checkpoint.folder(), checkpoint.partitions().get(partition)),
                            run)
                    .countingInput();
        }
        if (op instanceof Op.LocallyCheckpointed) {
            return (run, partition) -> {
                throw new QuiverException("Partition " + partition + " of dataset " + node.dataset() + " ("
                        + node.callSite()
                        + ") is gone: it was kept by localCheckpoint() alone, and its executor was lost,"
                        + " its file is damaged, or the dataset was unpersisted. Nothing can compute it again. Run the"
                        + " application again; checkpoint() survives the loss of executors (quiver.checkpoint.dir).");
            };
        }
        if (op instanceof Op.Range range) {
            return (run, partition) -> new RangeCursor(range, partition);
        }
        if (op instanceof Op.TextFile text) {
            return (run, partition) -> {
                FileSplit split = text.splits().get(partition);
                LineReader lines = LineReader.open(split, run.settings.maxLineBytes(), text.slices());
                return new TextCursor(lines, text.slices(), run);
            };
        }
        if (op instanceof Op.FlatMap flatMap) {
            StageInput input = inputs.get(0);
            return (run, partition) -> new FlatMapCursor(run.openInput(input, partition), flatMap.function(), run);
        }
        if (op instanceof Op.MapPartitions mapPartitions) {
            StageInput input = inputs.get(0);
            return (run, partition) ->
                    new MapPartitionsCursor(run.openInput(input, partition), mapPartitions.function(), partition, run);
        }
        if (op instanceof Op.AggregateByKey aggregate) {
            StageInput input = inputs.get(0);
            Aggregation aggregation = aggregate.aggregation();
            return (run, partition) -> byKey(aggregation, false, run.openInput(input, partition), operator, run);
        }
        if (op instanceof Op.Concatenate) {
            return (run, partition) -> run.openInputs(inputs, partition);
        }
        if (op instanceof Op.ShuffleRead read) {
            return shuffleRead(read.readSide(), inputs.get(0), operator);
        }
        if (op instanceof Op.CoGroup coGroup) {
            if (coGroup.inputCount() != inputs.size()) {
                throw new IllegalArgumentException(
                        "a cogroup of " + coGroup.inputCount() + " inputs was given " + inputs.size());
            }
            return (run, partition) -> new CoGroupCursor(inputs, operator, partition, run);
        }
        throw new IllegalArgumentException("no way to run " + op);
    }

    private static NodeProgram.Opener shuffleRead(ReadSide readSide, StageInput input, String operator) {
        if (readSide instanceof ReadSide.Aggregated aggregated) {
            Aggregation aggregation = aggregated.aggregation();
            return (run, partition) ->
                    byKey(aggregation, aggregation.mapSideCombine(), run.openInput(input, partition), operator, run);
        }
        if (readSide instanceof ReadSide.SortedByKey sorted) {
            return (run, partition) -> new SortCursor(run.openInput(input, partition), sorted.order(), operator, run);
        }
        return (run, partition) -> run.openInput(input, partition);
    }

    /** @param ofStates whether the rows were merged before, if they are merged */
    private static Cursor byKey(Aggregation aggregation, boolean ofStates, Cursor rows, String operator, TaskRun run) {
        PartWork work = aggregation instanceof Aggregation.Group
                ? new GroupWork(run)
                : new ReduceWork(aggregation, ofStates, run);
        return new PartsCursor(rows, work, operator, run);
    }

    private static Cursor collection(StageNode node, TaskRun run, int partition) throws Exception {
        BatchSource slice = run.services
                .readBlock(new BlockId.CollectionSlice(node.dataset(), partition))
                .orElseThrow(() -> new QuiverException("slice " + partition + " of the collection of dataset "
                        + node.dataset() + " (" + node.callSite() + ") cannot be found: the driver no longer offers"
                        + " it. Define the dataset again from the collection."));
        return new BatchCursor(slice, run).countingInput();
    }
}

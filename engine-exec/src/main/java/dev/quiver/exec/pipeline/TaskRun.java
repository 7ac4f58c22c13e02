package dev.quiver.exec.pipeline;

import dev.quiver.StorageLevel;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.task.OperatorMemory;
import dev.quiver.exec.task.TaskKilled;
import dev.quiver.exec.task.TaskServices;
import dev.quiver.id.BlockId;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import dev.quiver.stage.MapRange;
import dev.quiver.stage.PartitionSlice;
import dev.quiver.stage.StageInput;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One task as it runs: opens the nodes of the program, and closes at the end whatever was opened. */
final class TaskRun {
    /** A partition of a node. */
    record Part(int node, int partition) {}

    private final NodeProgram[] nodes;
    private final PartitionSlice slice;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final Set<BlockId> storing = new HashSet<>();
    private OperatorMemory atHand;

    final TaskServices services;
    final ValueSerializer serializer;
    final ClassLoader loader;
    final PipelineSettings settings;

    /** A task that computes whole partitions. */
    TaskRun(
            NodeProgram[] nodes,
            TaskServices services,
            ValueSerializer serializer,
            ClassLoader loader,
            PipelineSettings settings) {
        this(nodes, null, services, serializer, loader, settings);
    }

    /** @param slice which part of its partition the task computes, or null when all of it */
    TaskRun(
            NodeProgram[] nodes,
            PartitionSlice slice,
            TaskServices services,
            ValueSerializer serializer,
            ClassLoader loader,
            PipelineSettings settings) {
        this.nodes = nodes;
        this.slice = slice;
        this.services = services;
        this.serializer = serializer;
        this.loader = loader;
        this.settings = settings;
    }

    void checkKilled() {
        if (services.isKilled()) {
            throw new TaskKilled();
        }
    }

    /**
     * Between two batches: stops when the task was killed, and gives memory back that other tasks wait for. Not in the
     * middle of an operator that holds some, for it may be the one that gives.
     */
    void step() {
        checkKilled();
        services.giveWay();
    }

    /** Large rows are at hand as objects, so many bytes more or less: counted whether there is room or not. */
    void atHand(long bytes) {
        if (atHand == null) {
            atHand = own(services.memory("rows at hand"));
        }
        if (bytes > 0) {
            atHand.force(bytes);
        } else {
            atHand.shrink(-bytes);
        }
    }

    BatchBuilder builder(Shape hint) {
        return new BatchBuilder(hint, serializer, loader);
    }

    /** Closes this at the end of the task, if it was not closed before. */
    <C extends AutoCloseable> C own(C resource) {
        owned.add(resource);
        return resource;
    }

    /** The rows of a partition of a node: from its block when it is kept and stored, else computed. */
    Cursor open(int node, int partition) throws Exception {
        Part part = new Part(node, partition);
        Part through = part;
        while (through != null) {
            part = through;
            through = passedThrough(part);
        }
        NodeProgram program = nodes[part.node()];
        if (program.storageLevel() == StorageLevel.NONE) {
            return program.open(this, part.partition());
        }
        BlockId block = new BlockId.CachedPartition(program.dataset(), part.partition());
        Optional<BatchSource> stored = services.readBlock(block);
        if (stored.isPresent()) {
            return new BatchCursor(stored.get(), this);
        }
        Cursor computed = program.open(this, part.partition());
        return storing.add(block)
                ? new StoringCursor(computed, block, program.storageLevel(), program.shape(), this)
                : computed;
    }

    /** The one partition that a union passes on here, or null: a loop's worth of unions must not nest. */
    private Part passedThrough(Part part) {
        NodeProgram program = nodes[part.node()];
        if (!program.concatenates() || program.storageLevel() != StorageLevel.NONE) {
            return null;
        }
        List<Part> parts = parts(program.inputs(), part.partition());
        return parts.size() == 1 ? parts.get(0) : null;
    }

    /** The rows that a node reads from one input. */
    Cursor openInput(StageInput input, int partition) throws Exception {
        if (input instanceof StageInput.Shuffle shuffle) {
            boolean sliced = slice != null && slice.shuffle().equals(shuffle.shuffle());
            MapRange maps = sliced ? slice.maps() : MapRange.ALL;
            return new BatchCursor(services.readShuffle(shuffle.shuffle(), shuffle.mapCount(), partition, maps), this);
        }
        return openInputs(List.of(input), partition);
    }

    /** The rows that a node reads from narrow inputs, one after another, each opened when its turn comes. */
    Cursor openInputs(List<StageInput> inputs, int partition) throws Exception {
        List<Part> parts = parts(inputs, partition);
        if (parts.isEmpty()) {
            return Cursor.EMPTY;
        }
        return parts.size() == 1
                ? open(parts.get(0).node(), parts.get(0).partition())
                : new ConcatenateCursor(parts.iterator(), this);
    }

    private static List<Part> parts(List<StageInput> inputs, int partition) {
        List<Part> parts = new ArrayList<>();
        for (StageInput input : inputs) {
            if (input instanceof StageInput.Node node) {
                for (int parent : node.mapping().parents(partition)) {
                    parts.add(new Part(node.node(), parent));
                }
            } else {
                throw new IllegalStateException("a narrow operator was given the shuffle input " + input);
            }
        }
        return parts;
    }

    /** Closes in reverse order; what goes wrong then is added to {@code failure}, or thrown when there is none. */
    void close(Throwable failure) throws Exception {
        Throwable first = failure;
        for (int index = owned.size() - 1; index >= 0; index--) {
            try {
                owned.get(index).close();
            } catch (Throwable thrown) {
                if (first == null) {
                    first = thrown;
                } else if (first != thrown) {
                    first.addSuppressed(thrown);
                }
            }
        }
        owned.clear();
        if (failure == null && first != null) {
            if (first instanceof Error error) {
                throw error;
            }
            throw (Exception) first;
        }
    }
}

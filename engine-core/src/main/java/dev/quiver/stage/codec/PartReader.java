package dev.quiver.stage.codec;

import dev.quiver.StorageLevel;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.FileSplit;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PartitionMapping;
import dev.quiver.lineage.ReadSide;
import dev.quiver.lineage.RoundRobin;
import dev.quiver.shape.Shape;
import dev.quiver.stage.Action;
import dev.quiver.stage.StageInput;
import dev.quiver.stage.StageNode;
import dev.quiver.stage.StageSink;
import dev.quiver.wire.MalformedMessage;
import dev.quiver.wire.WireInput;
import java.util.ArrayList;
import java.util.List;

/** Reads the parts of one plan, as {@link PartWriter} wrote them. */
final class PartReader {
    /** Deep enough for any real type, and far from the end of a task's stack. */
    private static final int DEEPEST_SHAPE = 1_000;

    private static final Shape.Scalar[] SCALARS = Shape.Scalar.values();

    private final WireInput in;
    private final Object[] objects;

    PartReader(WireInput in, Object[] objects) {
        this.in = in;
        this.objects = objects;
    }

    StageNode readNode() {
        DatasetId dataset = new DatasetId(in.readCount());
        Op op = readOp();
        int count = in.readElementCount(2, "inputs");
        List<StageInput> inputs = new ArrayList<>(count);
        for (int input = 0; input < count; input++) {
            inputs.add(readInput());
        }
        StorageLevel level = StorageLevel.numbered(in.readBounded(StorageLevel.MOST_NUMBER, "a storage level"));
        Shape shape = readShape(0);
        return new StageNode(
                dataset, op, List.copyOf(inputs), level, shape, new CallSite(in.readText(), in.readText()));
    }

    private Op readOp() {
        int tag = in.readByte();
        return switch (tag) {
            case Tags.OBJECT -> readObject(Op.class);
            case Tags.COLLECTION -> new Op.Collection(in.readCount());
            case Tags.RANGE -> new Op.Range(in.readZigZag(), in.readZigZag(), in.readZigZag(), in.readCount());
            case Tags.TEXT_FILE -> readTextFile();
            case Tags.CONCATENATE -> new Op.Concatenate();
            case Tags.SHUFFLE_READ -> new Op.ShuffleRead(new ReadSide.AsIs());
            case Tags.CO_GROUP -> new Op.CoGroup(in.readCount());
            default -> throw unknown("operator", tag);
        };
    }

    private Op readTextFile() {
        boolean slices = in.readBoolean();
        int count = in.readElementCount(4, "file splits");
        List<FileSplit> splits = new ArrayList<>(count);
        for (int split = 0; split < count; split++) {
            splits.add(new FileSplit(in.readText(), in.readVarLong(), in.readVarLong(), in.readBoolean()));
        }
        return new Op.TextFile(splits, slices);
    }

    private StageInput readInput() {
        int tag = in.readByte();
        return switch (tag) {
            case Tags.OBJECT -> readObject(StageInput.class);
            case Tags.SHUFFLE -> new StageInput.Shuffle(new ShuffleId(in.readCount()), in.readCount());
            case Tags.ONE_TO_ONE -> new StageInput.Node(in.readCount(), PartitionMapping.ONE_TO_ONE);
            case Tags.BRANCH ->
                new StageInput.Node(in.readCount(), new PartitionMapping.Branch(in.readCount(), in.readCount()));
            case Tags.GROUPED ->
                new StageInput.Node(in.readCount(), new PartitionMapping.Grouped(in.readCount(), in.readCount()));
            default -> throw unknown("input", tag);
        };
    }

    StageSink readSink() {
        int tag = in.readByte();
        return switch (tag) {
            case Tags.OBJECT -> readObject(StageSink.class);
            case Tags.COUNT -> new StageSink.Produce(new Action.Count());
            case Tags.COLLECT -> new StageSink.Produce(new Action.Collect(in.readVarLong()));
            case Tags.HASHED ->
                new StageSink.WriteShuffle(
                        new ShuffleId(in.readCount()), new HashPartitioner(in.readCount()), in.readBoolean(), null);
            case Tags.DEALT ->
                new StageSink.WriteShuffle(
                        new ShuffleId(in.readCount()), new RoundRobin(in.readCount()), in.readBoolean(), null);
            default -> throw unknown("sink", tag);
        };
    }

    private Shape readShape(int depth) {
        if (depth > DEEPEST_SHAPE) {
            throw new MalformedMessage("a shape is nested more than " + DEEPEST_SHAPE + " times");
        }
        int tag = in.readByte();
        return switch (tag) {
            case Tags.OBJECT -> readObject(Shape.class);
            case Tags.SCALAR -> SCALARS[in.readBounded(SCALARS.length - 1, "a scalar shape")];
            case Tags.PAIR -> new Shape.PairOf(readShape(depth + 1), readShape(depth + 1));
            case Tags.RECORD -> readRecord(depth);
            case Tags.ENUM -> new Shape.EnumOf(in.readText());
            case Tags.LIST -> new Shape.ListOf(readShape(depth + 1));
            case Tags.OPTIONAL -> new Shape.OptionalOf(readShape(depth + 1));
            case Tags.OPAQUE -> new Shape.Opaque(in.readText());
            case Tags.UNKNOWN -> Shape.UNKNOWN;
            default -> throw unknown("shape", tag);
        };
    }

    private Shape readRecord(int depth) {
        String className = in.readText();
        int count = in.readElementCount(2, "components");
        List<Shape.Component> components = new ArrayList<>(count);
        for (int component = 0; component < count; component++) {
            components.add(new Shape.Component(in.readText(), readShape(depth + 1)));
        }
        return new Shape.RecordOf(className, components);
    }

    private <P> P readObject(Class<P> part) {
        int position = in.readCount();
        if (position >= objects.length || !part.isInstance(objects[position])) {
            throw new MalformedMessage(
                    "object " + position + " of " + objects.length + " is no " + part.getSimpleName());
        }
        return part.cast(objects[position]);
    }

    private static MalformedMessage unknown(String part, int tag) {
        return new MalformedMessage("no " + part + " is numbered " + tag);
    }
}

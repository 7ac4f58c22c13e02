package dev.quiver.stage.codec;

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
import dev.quiver.wire.WireOutput;

/** Writes the parts of one plan. {@link PartReader} reads them in the same order. */
final class PartWriter {
    private final WireOutput out;
    private final PlanObjects objects;

    PartWriter(WireOutput out, PlanObjects objects) {
        this.out = out;
        this.objects = objects;
    }

    void write(StageNode node) {
        out.writeCount(node.dataset().value());
        write(node.op());
        out.writeCount(node.inputs().size());
        for (StageInput input : node.inputs()) {
            write(input);
        }
        out.writeCount(node.storageLevel().number());
        write(node.shape());
        CallSite site = node.callSite();
        out.writeText(site.operator()).writeText(site.location());
    }

    private void write(Op op) {
        if (op instanceof Op.Range range) {
            out.writeByte(Tags.RANGE).writeZigZag(range.start()).writeZigZag(range.end());
            out.writeZigZag(range.step()).writeCount(range.partitionCount());
        } else if (op instanceof Op.Collection collection) {
            out.writeByte(Tags.COLLECTION).writeCount(collection.sliceCount());
        } else if (op instanceof Op.TextFile file) {
            out.writeByte(Tags.TEXT_FILE)
                    .writeBoolean(file.slices())
                    .writeCount(file.splits().size());
            for (FileSplit split : file.splits()) {
                out.writeText(split.path()).writeVarLong(split.offset()).writeVarLong(split.length());
                out.writeBoolean(split.compressed());
            }
        } else if (op instanceof Op.Concatenate) {
            out.writeByte(Tags.CONCATENATE);
        } else if (op instanceof Op.ShuffleRead read && read.readSide() instanceof ReadSide.AsIs) {
            out.writeByte(Tags.SHUFFLE_READ);
        } else if (op instanceof Op.CoGroup group) {
            out.writeByte(Tags.CO_GROUP).writeCount(group.inputCount());
        } else {
            writeObject(op);
        }
    }

    private void write(StageInput input) {
        if (input instanceof StageInput.Shuffle shuffle) {
            out.writeByte(Tags.SHUFFLE).writeCount(shuffle.shuffle().value()).writeCount(shuffle.mapCount());
        } else if (input instanceof StageInput.Node node) {
            PartitionMapping mapping = node.mapping();
            if (mapping instanceof PartitionMapping.OneToOne) {
                out.writeByte(Tags.ONE_TO_ONE).writeCount(node.node());
            } else if (mapping instanceof PartitionMapping.Branch branch) {
                out.writeByte(Tags.BRANCH).writeCount(node.node());
                out.writeCount(branch.start()).writeCount(branch.count());
            } else if (mapping instanceof PartitionMapping.Grouped grouped) {
                out.writeByte(Tags.GROUPED).writeCount(node.node());
                out.writeCount(grouped.parentCount()).writeCount(grouped.count());
            } else {
                writeObject(input);
            }
        } else {
            writeObject(input);
        }
    }

    void write(StageSink sink) {
        if (sink instanceof StageSink.Produce produce && produce.action() instanceof Action.Count) {
            out.writeByte(Tags.COUNT);
        } else if (sink instanceof StageSink.Produce produce && produce.action() instanceof Action.Collect collect) {
            out.writeByte(Tags.COLLECT).writeVarLong(collect.limit());
        } else if (sink instanceof StageSink.WriteShuffle write
                && write.mapSide() == null
                && write.partitioner() instanceof HashPartitioner hash) {
            writeShuffle(Tags.HASHED, write, hash.partitionCount());
        } else if (sink instanceof StageSink.WriteShuffle write
                && write.mapSide() == null
                && write.partitioner() instanceof RoundRobin dealt) {
            writeShuffle(Tags.DEALT, write, dealt.partitionCount());
        } else {
            writeObject(sink);
        }
    }

    private void writeShuffle(int tag, StageSink.WriteShuffle write, int partitionCount) {
        out.writeByte(tag).writeCount(write.shuffle().value()).writeCount(partitionCount);
        out.writeBoolean(write.keyed());
    }

    private void write(Shape shape) {
        if (shape instanceof Shape.Scalar scalar) {
            out.writeByte(Tags.SCALAR).writeByte(scalar.ordinal());
        } else if (shape instanceof Shape.PairOf pair) {
            out.writeByte(Tags.PAIR);
            write(pair.key());
            write(pair.value());
        } else if (shape instanceof Shape.RecordOf record) {
            out.writeByte(Tags.RECORD).writeText(record.className());
            out.writeCount(record.components().size());
            for (Shape.Component component : record.components()) {
                out.writeText(component.name());
                write(component.shape());
            }
        } else if (shape instanceof Shape.EnumOf constants) {
            out.writeByte(Tags.ENUM).writeText(constants.className());
        } else if (shape instanceof Shape.ListOf list) {
            out.writeByte(Tags.LIST);
            write(list.element());
        } else if (shape instanceof Shape.OptionalOf optional) {
            out.writeByte(Tags.OPTIONAL);
            write(optional.element());
        } else if (shape instanceof Shape.Opaque opaque) {
            out.writeByte(Tags.OPAQUE).writeText(opaque.why());
        } else if (shape instanceof Shape.Unknown) {
            out.writeByte(Tags.UNKNOWN);
        } else {
            writeObject(shape);
        }
    }

    private void writeObject(Object part) {
        out.writeByte(Tags.OBJECT).writeCount(objects.position(part));
    }
}

package dev.quiver.stage.codec;

import dev.quiver.serializer.Immutability;
import dev.quiver.serializer.JavaObjects;
import dev.quiver.serializer.NotSerializable;
import dev.quiver.stage.StageNode;
import dev.quiver.stage.StagePlan;
import dev.quiver.wire.WireInput;
import dev.quiver.wire.WireOutput;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Writes stage plans and reads them back:
 * <pre>
 *   plan    = objects nodes sink
 *   objects = 0, or the length of a Java-serialized array and the array: whatever holds functions, in order of first use
 *   node    = dataset, operator, inputs, storage level, shape, call site
 * </pre>
 * Most of a plan is the engine's own data, and Java serialization of such records costs more than a small job. A part
 * that this package does not know stands in the array as a whole, so a new operator travels without being known here.
 */
public final class PlanCodec {
    private static final int NODE_BYTES = 7;

    private PlanCodec() {}

    /**
     * The plan as bytes; equal bytes mean the same program.
     *
     * @throws NotSerializable    naming the class that cannot be written
     * @throws StackOverflowError when a function captures a structure that is too deep
     */
    public static byte[] encode(StagePlan plan) {
        PlanObjects objects = new PlanObjects();
        WireOutput parts = new WireOutput(512);
        PartWriter writer = new PartWriter(parts, objects);
        parts.writeCount(plan.nodes().size());
        for (StageNode node : plan.nodes()) {
            writer.write(node);
        }
        writer.write(plan.sink());
        byte[] serialized = objects.isEmpty() ? new byte[0] : JavaObjects.write(objects.toArray());
        ByteBuffer written = parts.toByteBuffer();
        return new WireOutput(serialized.length + written.remaining() + 8)
                .writeBytes(serialized)
                .writeRaw(written.array(), 0, written.remaining())
                .toByteArray();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @param loader finds the application's classes
     * @throws NotSerializable when a class is missing here or refused
     */
    public static StagePlan decode(byte[] content, ClassLoader loader) {
        WireInput in = new WireInput(content);
        byte[] serialized = in.readBytes();
        Object[] objects = serialized.length == 0
                ? new Object[0]
                : (Object[]) JavaObjects.read(serialized, 0, serialized.length, loader);
        PartReader reader = new PartReader(in, objects);
        StageNode[] nodes = new StageNode[in.readElementCount(NODE_BYTES, "nodes")];
        for (int node = 0; node < nodes.length; node++) {
            nodes[node] = reader.readNode();
        }
        StagePlan plan = new StagePlan(List.of(nodes), reader.readSink());
        in.requireEnd();
        return plan;
    }

    /**
     * Whether tasks of the same process may use this very plan instead of a copy: none of its functions holds anything
     * that they could change.
     */
    public static boolean mayBeShared(StagePlan plan) {
        for (StageNode node : plan.nodes()) {
            if (!Immutability.of(node.op())) {
                return false;
            }
        }
        return Immutability.of(plan.sink());
    }
}

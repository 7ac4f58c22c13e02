package dev.quiver.block.broadcast;

import dev.quiver.block.Interleavings;
import dev.quiver.id.BroadcastId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** Programs of {@link Interleavings} about broadcast values. */
public final class BroadcastInterleavings {
    private static final BroadcastId ID = new BroadcastId(0);

    private BroadcastInterleavings() {}

    /** Two tasks of an executor ask for a value, beside which one chunk fits into memory, while it is dropped there. */
    public static void droppedWhileLoaded(Path folder) throws Exception {
        byte[] value = value();
        try (Cluster cluster = new Cluster(folder, 1)) {
            long memory = value.length + Cluster.CHUNK;
            Broadcasts executor = cluster.start(1, memory);
            cluster.offer(ID, value);
            Interleavings.Steps task = () -> Interleavings.require(
                    Arrays.equals((byte[]) executor.value(ID), value), "a value that nobody wrote");
            Interleavings.together(task, task, () -> executor.remove(ID));
            executor.remove(ID);
            long free = cluster.budgets.get(Cluster.executor(1)).freeBytes();
            Interleavings.require(free == memory, "of a value that was dropped, something is held: " + free);
        }
    }

    /** The driver's value is read again, or is gone, while it is dropped. */
    public static void droppedWhileRead(Path folder) throws Exception {
        byte[] value = value();
        try (Cluster cluster = new Cluster(folder, 1)) {
            BroadcastManifest manifest = cluster.store.write(ID, value, ChunkCodec.NONE);
            Interleavings.Steps reader = () -> {
                try {
                    Interleavings.require(
                            Arrays.equals((byte[]) cluster.store.read(ID, manifest), value), "a value nobody wrote");
                } catch (IOException gone) {
                    Interleavings.require(gone.getMessage().endsWith("is gone"), "not gone, but " + gone);
                }
            };
            Interleavings.together(reader, reader, () -> cluster.store.remove(ID));
            Interleavings.require(
                    cluster.budgets.get(Cluster.DRIVER).storageBytes() == 0, "a value that was dropped is held");
        }
    }

    private static byte[] value() {
        byte[] value = new byte[2 * Cluster.CHUNK + 10];
        for (int index = 0; index < value.length; index++) {
            value[index] = (byte) (index * 31);
        }
        return value;
    }
}

package dev.quiver.shuffle.tracker;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.wire.MalformedMessage;
import dev.quiver.wire.WireInput;
import dev.quiver.wire.WireOutput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@link ShuffleLocations} as bytes, for executors. Sizes are not sent, only for which reduce partitions a map output
 * has rows: one byte for most outputs, an eighth of the reduce partitions in bytes at worst, so that 2,000 x 2,000 is
 * 6 KB when every map writes to every reducer and 500 KB at the very most. Of shuffles so large that this would be more than
 * 3 MiB, outputs that take more than their part of that are sent as having rows perhaps: some 100,000 x 100,000 are
 * 300 KB when every map writes to every reducer, and never more than 4 MiB.
 *
 * <pre>
 *   u8      protocol version, 2
 *   varint  shuffle, varint epoch, varint reduce partitions
 *   varint  executors; each: text name, varint incarnation
 *   varint  map partitions
 *   holders one varint a map partition: 0 = missing, else 1 + position among the executors
 *   epochs, then attempts: runs of varint length, varint value, until all map partitions are covered
 *   rows    one entry for each map partition that is not missing:
 *             u8 0 = for no reduce partition, 1 = for every one,
 *                2 = for those listed, 3 = for all but those listed: varint count, then varint gaps
 *                4 = one bit each: varint bytes, bits with the lowest first
 *                5 = perhaps for every one
 * </pre>
 */
public final class LocationsCodec {
    private static final int VERSION = 2;
    private static final int NONE = 0;
    private static final int ALL = 1;
    private static final int LISTED = 2;
    private static final int ALL_BUT = 3;
    private static final int BITS = 4;
    private static final int PERHAPS = 5;

    private LocationsCodec() {}

    public static byte[] encode(ShuffleLocations locations) {
        return encode(locations, Presence.mostBytes(locations.mapCount()));
    }

    /**
     * The same within another bound.
     *
     * @param mostBytes of one map output, to say for which reduce partitions it has rows; else they are there perhaps
     */
    public static byte[] encode(ShuffleLocations locations, int mostBytes) {
        WireOutput out = new WireOutput();
        out.writeByte(VERSION)
                .writeVarLong(locations.shuffle().value())
                .writeVarLong(locations.epoch())
                .writeVarLong(locations.reduceCount());
        out.writeVarLong(locations.executors().size());
        for (ExecutorId executor : locations.executors()) {
            out.writeText(executor.name()).writeVarLong(executor.incarnation());
        }
        int maps = locations.mapCount();
        out.writeVarLong(maps);
        int[] epochs = new int[maps];
        int[] attempts = new int[maps];
        for (int map = 0; map < maps; map++) {
            out.writeVarLong(locations.holderIndex(map) + 1L);
            epochs[map] = locations.stageEpoch(map);
            attempts[map] = locations.attempt(map);
        }
        runs(out, epochs);
        runs(out, attempts);
        for (int map = 0; map < maps; map++) {
            if (locations.holderIndex(map) != ShuffleLocations.MISSING) {
                presence(out, locations.presence(map), mostBytes);
            }
        }
        return out.toByteArray();
    }

    private static void runs(WireOutput out, int[] values) {
        int from = 0;
        for (int at = 1; at <= values.length; at++) {
            if (at == values.length || values[at] != values[from]) {
                out.writeVarLong(at - from).writeVarLong(values[from]);
                from = at;
            }
        }
    }

    private static void presence(WireOutput out, Presence presence, int mostBytes) {
        if (presence instanceof Presence.Sizes sizes) {
            presence(out, sizes.alone(mostBytes), mostBytes);
        } else if (presence instanceof Presence.Uniform uniform) {
            out.writeByte(uniform.value() ? ALL : NONE);
        } else if (presence instanceof Presence.Bits bits) {
            out.writeByte(BITS).writeBytes(bits.bits());
        } else if (presence instanceof Presence.Listed listed) {
            out.writeByte(listed.listedHaveRows() ? LISTED : ALL_BUT).writeVarLong(listed.partitions().length);
            int last = 0;
            for (int reduce : listed.partitions()) {
                out.writeVarLong(reduce - last);
                last = reduce;
            }
        } else {
            out.writeByte(PERHAPS);
        }
    }

    /**
     * Reads what {@link #encode} wrote; memory used is proportional to the bytes given.
     *
     * @param bytes borrowed, and not moved
     */
    public static ShuffleLocations decode(ByteBuffer bytes) {
        WireInput in = new WireInput(bytes);
        int version = in.readUnsignedByte();
        if (version != VERSION) {
            throw new MalformedMessage("shuffle locations of version " + version + "; this process reads " + VERSION);
        }
        ShuffleId shuffle = new ShuffleId(in.readCount("shuffle"));
        long epoch = in.readVarLong();
        int reducers = in.readCount("reduce partitions");
        int executorCount = in.readElementCount(2, "executors");
        List<ExecutorId> executors = new ArrayList<>(executorCount);
        for (int index = 0; index < executorCount; index++) {
            executors.add(new ExecutorId(in.readText(), in.readCount("incarnation")));
        }
        int maps = in.readElementCount(1, "map partitions");
        int[] holders = new int[maps];
        for (int map = 0; map < maps; map++) {
            holders[map] = in.readBounded(executorCount, "holder") - 1;
        }
        int[] epochs = runs(in, maps);
        int[] attempts = runs(in, maps);
        Presence[] presence = new Presence[maps];
        for (int map = 0; map < maps; map++) {
            presence[map] = holders[map] == ShuffleLocations.MISSING ? Presence.Uniform.NONE : presence(in, reducers);
        }
        in.requireEnd();
        return new ShuffleLocations(
                shuffle, epoch, reducers, executors, holders, epochs, attempts, map -> presence[map]);
    }

    private static int[] runs(WireInput in, int count) {
        int[] values = new int[count];
        int at = 0;
        while (at < count) {
            int length = in.readBounded(count - at, "run");
            if (length == 0) {
                throw new MalformedMessage("an empty run");
            }
            Arrays.fill(values, at, at + length, in.readCount("value"));
            at += length;
        }
        return values;
    }

    private static Presence presence(WireInput in, int reducers) {
        int form = in.readUnsignedByte();
        switch (form) {
            case NONE, ALL:
                return form == ALL ? Presence.Uniform.ALL : Presence.Uniform.NONE;
            case LISTED, ALL_BUT:
                int[] listed = new int[in.readElementCount(1, "listed partitions")];
                int last = 0;
                for (int index = 0; index < listed.length; index++) {
                    last += in.readBounded(reducers - last, "gap");
                    listed[index] = last;
                }
                return new Presence.Listed(listed, form == LISTED);
            case BITS:
                byte[] bits = in.readBytes();
                if (bits.length != ((long) reducers + 7) >>> 3) {
                    throw new MalformedMessage(bits.length + " bytes of bits for " + reducers + " reduce partitions");
                }
                return new Presence.Bits(bits);
            case PERHAPS:
                return Presence.PERHAPS;
            default:
                throw new MalformedMessage("rows in unknown form " + form);
        }
    }
}

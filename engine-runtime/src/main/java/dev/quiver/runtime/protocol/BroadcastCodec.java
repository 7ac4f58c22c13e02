package dev.quiver.runtime.protocol;

import dev.quiver.block.broadcast.BroadcastGuide;
import dev.quiver.block.broadcast.BroadcastManifest;
import dev.quiver.block.broadcast.ChunkAdvice;
import dev.quiver.id.BroadcastId;
import dev.quiver.runtime.protocol.DriverQuery.BroadcastDescription;
import dev.quiver.wire.MalformedMessage;
import dev.quiver.wire.WireInput;
import dev.quiver.wire.WireOutput;
import java.util.BitSet;
import java.util.Optional;

/**
 * How questions about broadcast values and their answers are written.
 *
 * <pre>
 * question    := broadcast                                        what is it made of
 *              | broadcast | bitmap of chunks | 00 | 01 chunk executor   what to fetch; what could not be had
 * description := 00 text | 01 manifest
 * advice      := 00 chunk executor | 01 wait | 02 complete | 03 text
 * </pre>
 */
final class BroadcastCodec {
    private BroadcastCodec() {}

    static void write(WireOutput out, DriverQuery.NextChunk query) {
        out.writeVarLong(query.broadcast().value()).writeBytes(query.held().toByteArray());
        out.writeBoolean(query.missed().isPresent());
        query.missed().ifPresent(missed -> {
            out.writeCount(missed.chunk());
            Identities.write(out, missed.from());
        });
    }

    static DriverQuery.NextChunk readNextChunk(WireInput in) {
        BroadcastId broadcast = new BroadcastId(in.readVarLong());
        BitSet held = BitSet.valueOf(in.readBytes());
        Optional<BroadcastGuide.Missed> missed = in.readBoolean()
                ? Optional.of(new BroadcastGuide.Missed(in.readCount(), Identities.readExecutor(in)))
                : Optional.empty();
        return new DriverQuery.NextChunk(broadcast, held, missed);
    }

    static void write(WireOutput out, BroadcastDescription description) {
        out.writeBoolean(description.manifest().isPresent());
        description
                .manifest()
                .ifPresentOrElse(manifest -> manifest.write(out), () -> out.writeText(description.gone()));
    }

    static BroadcastDescription readDescription(WireInput in) {
        return in.readBoolean()
                ? new BroadcastDescription(Optional.of(BroadcastManifest.read(in)), "")
                : new BroadcastDescription(Optional.empty(), in.readText());
    }

    static void write(WireOutput out, ChunkAdvice advice) {
        if (advice instanceof ChunkAdvice.Fetch fetch) {
            out.writeByte(0).writeCount(fetch.chunk());
            Identities.write(out, fetch.from());
        } else if (advice instanceof ChunkAdvice.Wait) {
            out.writeByte(1);
        } else if (advice instanceof ChunkAdvice.Complete) {
            out.writeByte(2);
        } else if (advice instanceof ChunkAdvice.Gone gone) {
            out.writeByte(3).writeText(gone.why());
        }
    }

    static ChunkAdvice readAdvice(WireInput in) {
        int kind = in.readByte();
        return switch (kind) {
            case 0 -> new ChunkAdvice.Fetch(in.readCount(), Identities.readExecutor(in));
            case 1 -> new ChunkAdvice.Wait();
            case 2 -> new ChunkAdvice.Complete();
            case 3 -> new ChunkAdvice.Gone(in.readText());
            default -> throw new MalformedMessage("no advice about chunks is numbered " + kind);
        };
    }
}

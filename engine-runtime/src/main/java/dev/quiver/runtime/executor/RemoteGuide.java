package dev.quiver.runtime.executor;

import dev.quiver.UsageException;
import dev.quiver.block.broadcast.BroadcastGuide;
import dev.quiver.block.broadcast.BroadcastManifest;
import dev.quiver.block.broadcast.ChunkAdvice;
import dev.quiver.id.BroadcastId;
import dev.quiver.runtime.protocol.DriverQuery;
import java.io.IOException;
import java.util.BitSet;
import java.util.Optional;

/** Asks the driver about broadcast values, on task threads. */
record RemoteGuide(DriverLink driver) implements BroadcastGuide {
    @Override
    public BroadcastManifest manifest(BroadcastId broadcast) throws IOException {
        DriverQuery.BroadcastDescription description =
                ExecutorWiring.answer(driver.ask(new DriverQuery.DescribeBroadcast(broadcast)));
        return description.manifest().orElseThrow(() -> new UsageException(description.gone()));
    }

    @Override
    public ChunkAdvice next(BroadcastId broadcast, BitSet held, Optional<Missed> missed) throws IOException {
        return ExecutorWiring.answer(driver.ask(new DriverQuery.NextChunk(broadcast, held, missed)));
    }
}

package dev.quiver.runtime.driver;

import dev.quiver.block.BlockDirectory;
import dev.quiver.block.BlockManager;
import dev.quiver.block.BlockTransfer;
import dev.quiver.config.Config;
import dev.quiver.engine.Engine;
import dev.quiver.id.ExecutorId;
import dev.quiver.runtime.chaos.ProcessFaults;
import dev.quiver.runtime.executor.DriverLink;
import dev.quiver.runtime.executor.Executor;
import dev.quiver.runtime.executor.ExecutorWiring;
import dev.quiver.runtime.protocol.DriverQuery;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.scheduler.backend.ClusterBackend;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A driver and its one executor in the same process, connected by reference. */
final class OneProcess {
    /** Longer than a small job takes. */
    private static final long AWAKE_NANOS = 50_000;

    private OneProcess() {}

    /** An engine whose executor has this many slots. */
    static Engine start(Config config, int slots) {
        DriverParts parts = new DriverParts(config);
        parts.makeFaults(() -> Map.of());
        ExecutorId id = DriverDoor.DRIVER;
        BlockDirectory nobodyElse = block -> List.of();
        BlockTransfer nowhere = (from, block) -> {
            throw new IOException("executor " + from + " is not in this process");
        };
        BlockManager blocks = parts.blocks(nobodyElse, nowhere);
        DriverCore core = parts.core(ClusterBackend.NONE, false, executor -> List.of(), executor -> {});
        DriverDoor door = core.door();
        DriverLink link = new DriverLink() {
            @Override
            public void tell(ToDriver message) {
                door.tellHere(id, message);
            }

            @Override
            public <A> CompletableFuture<A> ask(DriverQuery<A> query) {
                return door.ask(id, query);
            }
        };
        Executor executor = new ExecutorWiring(
                        parts.application,
                        id,
                        config,
                        parts.localFolders,
                        parts.clock,
                        ProcessFaults.ofDriver(config, parts.folders.locations().get(0)))
                .inProcess(link, core.loop().idleWork(), blocks, parts.memory, parts.serializer, parts.classes, slots);
        parts.own(executor);
        core.loop().start();
        executor.start();
        core.loop().post(new DriverEvent.ExecutorRegistered(id, "localhost", slots, new ExecutorLink() {
            @Override
            public void send(ToExecutor message) {
                executor.handle(message);
            }

            @Override
            public boolean isLocal() {
                return true;
            }

            @Override
            public void close(String reason) {
                executor.close();
            }
        }));
        return parts.engine(core, blocks, slots, AWAKE_NANOS, holder -> true, executor::exitingTask);
    }
}

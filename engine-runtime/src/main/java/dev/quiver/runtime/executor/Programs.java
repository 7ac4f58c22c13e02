package dev.quiver.runtime.executor;

import dev.quiver.QuiverException;
import dev.quiver.exec.pipeline.PipelineSettings;
import dev.quiver.exec.pipeline.StageProgram;
import dev.quiver.runtime.protocol.ProgramId;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.codec.PlanCodec;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The stage programs this executor was given, decoded when the first task needs them, on that task's thread. Safe for use
 * by many threads.
 */
final class Programs {
    private static final class Installed {
        private byte[] content;
        private StagePlan plan;
        private volatile StageProgram program;
    }

    private final ConcurrentHashMap<ProgramId, Installed> installed = new ConcurrentHashMap<>();
    private final ValueSerializer serializer;
    private final Supplier<ClassLoader> classes;
    private final PipelineSettings settings;

    /** @param classes the application's class loader; asked for on a task thread, where it may fetch jars */
    Programs(ValueSerializer serializer, Supplier<ClassLoader> classes, PipelineSettings settings) {
        this.serializer = serializer;
        this.classes = classes;
        this.settings = settings;
    }

    void install(ProgramId id, byte[] content) {
        Installed entry = new Installed();
        entry.content = content;
        installed.putIfAbsent(id, entry);
    }

    /** Takes a plan of this very process, which its tasks may share. */
    void install(ProgramId id, StagePlan plan) {
        Installed entry = new Installed();
        entry.plan = plan;
        installed.putIfAbsent(id, entry);
    }

    void forget(ProgramId id) {
        installed.remove(id);
    }

    /**
     * The program.
     *
     * @throws QuiverException if it was never installed, or its classes are missing here
     */
    StageProgram get(ProgramId id) {
        Installed entry = installed.get(id);
        if (entry == null) {
            throw new QuiverException("stage program " + id + " was launched before it was installed on this executor;"
                    + " this is an error in the engine, please report it");
        }
        StageProgram ready = entry.program;
        return ready != null ? ready : prepare(entry);
    }

    private StageProgram prepare(Installed entry) {
        synchronized (entry) {
            if (entry.program == null) {
                ClassLoader loader = classes.get();
                StagePlan plan = entry.plan != null ? entry.plan : PlanCodec.decode(entry.content, loader);
                entry.program = StageProgram.of(plan, serializer, loader, settings);
                entry.content = null;
                entry.plan = null;
            }
            return entry.program;
        }
    }
}

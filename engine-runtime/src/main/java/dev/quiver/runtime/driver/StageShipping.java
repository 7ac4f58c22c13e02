package dev.quiver.runtime.driver;

import dev.quiver.QuiverException;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.StageAttempt;
import dev.quiver.runtime.protocol.ProgramId;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.scheduler.port.TaskLauncher;
import dev.quiver.serializer.JavaObjects;
import dev.quiver.stage.StagePlan;
import dev.quiver.task.TaskRange;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ships each stage program once to each executor, and launches ranges of it. Belongs to the driver's loop. The driver
 * decides what executors keep: the {@value #PROGRAMS_KEPT} programs used last.
 */
final class StageShipping implements TaskLauncher {
    private static final Logger LOG = LoggerFactory.getLogger(StageShipping.class);
    private static final int PROGRAMS_KEPT = 64;
    private static final int LARGE_PROGRAM_BYTES = 1 << 20;

    private record Encoded(ProgramId id, byte[] content) {}

    private final Executors executors;
    private final Map<StageAttempt, Encoded> encoded = new HashMap<>();

    /** Programs an executor holds, the one used longest ago first. */
    private final Map<ExecutorId, LinkedHashMap<ProgramId, Boolean>> installed = new HashMap<>();

    StageShipping(Executors executors) {
        this.executors = executors;
    }

    @Override
    public void launch(ExecutorId executor, StageAttempt stage, StagePlan plan, List<TaskRange> tasks) {
        Encoded program = encoded.computeIfAbsent(stage, attempt -> encode(attempt, plan));
        LinkedHashMap<ProgramId, Boolean> held =
                installed.computeIfAbsent(executor, id -> new LinkedHashMap<>(16, 0.75f, true));
        if (held.get(program.id) == null) {
            executors.send(executor, new ToExecutor.InstallProgram(program.id, program.content));
            held.put(program.id, true);
            if (held.size() > PROGRAMS_KEPT) {
                ProgramId oldest = held.keySet().iterator().next();
                if (encoded.values().stream().noneMatch(other -> other.id.equals(oldest))) {
                    held.remove(oldest);
                    executors.send(executor, new ToExecutor.ForgetProgram(oldest));
                }
            }
        }
        executors.send(executor, new ToExecutor.LaunchTasks(stage, program.id, tasks));
    }

    private static Encoded encode(StageAttempt stage, StagePlan plan) {
        byte[] content = serialize(plan);
        if (content.length > LARGE_PROGRAM_BYTES) {
            LOG.warn(
                    "stage={} is a program of {} KiB; broadcast large values that its functions capture",
                    stage,
                    content.length >> 10);
        }
        return new Encoded(ProgramId.of(content), content);
    }

    /** What a function captures may have grown too deep since it was checked; that must not take the loop down. */
    private static byte[] serialize(StagePlan plan) {
        try {
            return JavaObjects.write(plan);
        } catch (StackOverflowError tooDeep) {
            throw new QuiverException(
                    "the functions of " + plan.root().callSite() + " capture a structure that is too deep to be sent;"
                            + " broadcast it, or keep it in a flat collection",
                    tooDeep);
        }
    }

    @Override
    public void cancel(ExecutorId executor, StageAttempt stage, String reason) {
        executors.send(executor, new ToExecutor.CancelStage(stage, reason));
    }

    @Override
    public void stageEnded(StageAttempt stage) {
        encoded.remove(stage);
    }

    /** An executor is gone, with its programs. */
    void forget(ExecutorId executor) {
        installed.remove(executor);
    }
}

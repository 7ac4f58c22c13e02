package dev.quiver.runtime.chaos;

import dev.quiver.config.Config;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.rpc.FrameFaults;
import dev.quiver.shuffle.format.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The faults of a session that happen within one of its processes. Safe for use by many threads. */
public final class ProcessFaults {
    private static final String PLAN_FILE = "chaos.plan";

    private final List<CountedFault> faults;

    private ProcessFaults(List<CountedFault> faults) {
        this.faults = faults;
    }

    /** Those of the driver's process. @param folder of the session */
    public static ProcessFaults ofDriver(Config config, Path folder) {
        return of(config, folder, Fault.DRIVER);
    }

    /**
     * Those of an executor's process, which must know them before its driver can tell it anything.
     *
     * @param folder of the session, where {@link #leaveFor} may have left them
     */
    public static ProcessFaults ofExecutor(Path folder, ExecutorId id) throws IOException {
        Path file = folder.resolve(PLAN_FILE);
        if (!Files.exists(file)) {
            return new ProcessFaults(List.of());
        }
        List<String> lines = Files.readAllLines(file);
        Config config = Config.empty().with(ChaosSettings.PLAN, lines.get(0)).with(ChaosSettings.LOG, lines.get(1));
        return of(config, folder, processName(id));
    }

    /**
     * Leaves the plan of a session for its executors on this machine. To be called before they start.
     *
     * @param folder of the session, which is there
     */
    public static void leaveFor(Path folder, Config config) throws IOException {
        Files.write(folder.resolve(PLAN_FILE), List.of(config.get(ChaosSettings.PLAN), config.get(ChaosSettings.LOG)));
    }

    static String processName(ExecutorId id) {
        return Fault.EXECUTOR + id.name() + "~" + id.incarnation();
    }

    private static ProcessFaults of(Config config, Path folder, String process) {
        if (!ChaosSettings.isOn(config)) {
            return new ProcessFaults(List.of());
        }
        FaultLog log = FaultLog.of(config, folder, process);
        return new ProcessFaults(ChaosSettings.plan(config).stream()
                .filter(fault -> !fault.isToAProcess() && Fault.covers(fault.where(), process))
                .map(fault -> new CountedFault(fault, log))
                .toList());
    }

    private List<CountedFault> those(Predicate<Fault> wanted) {
        return faults.stream().filter(counted -> wanted.test(counted.fault)).toList();
    }

    /** What happens to frames; empty when nothing does. */
    public Optional<FrameFaults> frames() {
        List<CountedFault> frames = those(Fault::isOnTheWire);
        return frames.isEmpty() ? Optional.empty() : Optional.of(new PlannedFrames(frames));
    }

    /** A disk, or one that fails, or is slow, where this one would not be. */
    public Disk disk(Disk disk) {
        List<CountedFault> writes = those(fault -> fault.what().equals(Fault.WRITE));
        return writes.isEmpty() ? disk : new PlannedDisk(disk, writes);
    }

    /** What is to be done on a task's thread before the task begins. */
    public Consumer<TaskAttempt> beforeTask() {
        List<CountedFault> tasks = those(fault -> fault.what().equals(Fault.TASK));
        return tasks.isEmpty() ? task -> {} : task -> delay(task, tasks);
    }

    private static void delay(TaskAttempt task, List<CountedFault> tasks) {
        for (CountedFault counted : tasks) {
            if (counted.isNow("task " + task)) {
                pause(((Deed.Late) counted.fault.deed()).by());
            }
        }
    }

    static void pause(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException cancelled) {
            // The task looks by itself whether it was killed.
            Thread.currentThread().interrupt();
        }
    }
}

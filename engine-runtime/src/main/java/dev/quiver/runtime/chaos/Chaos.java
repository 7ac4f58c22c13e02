package dev.quiver.runtime.chaos;

import dev.quiver.QuiverException;
import dev.quiver.config.Config;
import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.port.SchedulerListener;
import dev.quiver.time.Clock;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The driver's part of a session with faults: kills and freezes executors when the plan says so, tells of every fault as it
 * takes effect, whoever did it, and sums up at the end. Works on a thread of its own, from the first job on, which looks
 * every few milliseconds.
 */
public final class Chaos implements AutoCloseable {
    private static final long LOOK_MILLIS = 20;
    private static final long END_MILLIS = 10_000;

    private final String seed;
    private final List<Fault> plan;
    private final FaultLog log;
    private final Supplier<Map<ExecutorId, Long>> processes;
    private final PrintStream out;
    private final ChaosProgress progress;
    private final ProcessSignals signals;
    private final List<Fault> pending;
    private final List<String> told = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "chaos");
    private long readBytes;
    private volatile boolean closed;

    private Chaos(Config config, Path folder, Supplier<Map<ExecutorId, Long>> processes, Clock clock, PrintStream out) {
        this.seed = config.get(ChaosSettings.SEED).trim();
        this.plan = ChaosSettings.plan(config);
        this.log = FaultLog.of(config, folder, Fault.DRIVER);
        this.processes = processes;
        this.out = out;
        this.progress = new ChaosProgress(clock, thread::start);
        this.signals = new ProcessSignals();
        this.readBytes = log.bytes();
        this.pending = new ArrayList<>(plan.stream().filter(Fault::isToAProcess).toList());
        thread.setDaemon(true);
    }

    /**
     * Begins, if the settings want faults.
     *
     * @param folder    of the session
     * @param processes ids of the processes that take tasks now, by executor; asked from any thread
     * @param out       where faults are told
     */
    public static Optional<Chaos> start(
            Config config, Path folder, Supplier<Map<ExecutorId, Long>> processes, Clock clock, PrintStream out) {
        if (!ChaosSettings.isOn(config)) {
            return Optional.empty();
        }
        Chaos chaos = new Chaos(config, folder, processes, clock, out);
        out.println("chaos: " + (chaos.seed.isEmpty() ? "plan" : "seed " + chaos.seed) + ": "
                + FaultText.print(chaos.plan));
        return Optional.of(chaos);
    }

    /** Counts what the scheduler does. */
    public SchedulerListener listener() {
        return progress;
    }

    private void run() {
        try {
            while (!closed) {
                pending.removeIf(this::isDueAndDone);
                tellNews();
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException ended) {
            tellNews();
        }
    }

    /** A fault whose time has come waits for its victim, where that is being replaced. */
    private boolean isDueAndDone(Fault fault) {
        boolean due = fault.what().equals(Fault.ENDS)
                ? progress.ends() >= fault.number()
                : progress.millis() >= fault.number();
        if (!due) {
            return false;
        }
        String victim =
                fault.deed() instanceof Deed.Kill kill ? kill.executor() : ((Deed.Freeze) fault.deed()).executor();
        for (Map.Entry<ExecutorId, Long> process : processes.get().entrySet()) {
            if (Fault.covers(victim, ProcessFaults.processName(process.getKey()))) {
                return isDone(fault, process.getKey(), process.getValue());
            }
        }
        return false;
    }

    private boolean isDone(Fault fault, ExecutorId victim, long process) {
        boolean done = fault.deed() instanceof Deed.Freeze freeze
                ? signals.freeze(process, freeze.length())
                : signals.kill(process);
        if (done) {
            log.tookEffect(
                    fault,
                    "process " + process + " of " + ProcessFaults.processName(victim) + ", " + progress.describeNow());
        }
        return done;
    }

    /** Prints what was written down since the last look. */
    private synchronized void tellNews() {
        for (String line : log.linesFrom(readBytes)) {
            readBytes += FaultLog.bytesOf(line);
            told.add(line);
            out.println("chaos: " + line);
        }
    }

    /** Stops making faults, thaws what is frozen, and says what there was. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        signals.close();
        tellNews();
        out.println("chaos: " + summary());
        out.println("chaos: " + progress.describe());
    }

    private String summary() {
        List<String> kinds = new ArrayList<>();
        for (String kind : List.of("kill", "freeze", "fails", "late", "twice", "lost", "overtaken", "reset", "cut")) {
            long count = told.stream().filter(line -> isOf(kind, line)).count();
            if (count > 0) {
                kinds.add(count + " " + kind);
            }
        }
        return told.size() + " faults took effect" + (kinds.isEmpty() ? "" : " (" + String.join(", ", kinds) + ")")
                + " of a plan of " + plan.size() + (seed.isEmpty() ? "" : "; again with --chaos " + seed);
    }

    /** A line is the process, the fault as text with its deed in the fourth place, and details. */
    private static boolean isOf(String kind, String line) {
        String[] words = line.split(" ");
        return words.length > 4 && words[4].startsWith(kind);
    }

    /**
     * To be called when everything is closed: a session that ran jobs and saw no fault has shown nothing.
     *
     * @throws QuiverException when that is so
     */
    public void requireEffect() {
        if (told.isEmpty() && progress.anyJob()) {
            throw new QuiverException(
                    "no fault of the plan took effect, so this run shows nothing: its jobs ended before"
                            + " the first was due. Give it more work, or another plan (" + ChaosSettings.PLAN.name()
                            + ")");
        }
    }
}

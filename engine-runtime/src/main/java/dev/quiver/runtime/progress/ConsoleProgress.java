package dev.quiver.runtime.progress;

import dev.quiver.StageWait;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.id.JobId;
import dev.quiver.id.StageAttempt;
import dev.quiver.lineage.CallSite;
import dev.quiver.scheduler.port.SchedulerListener;
import dev.quiver.task.TaskMetrics;
import dev.quiver.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Draws how far the running stages are, in the last line of a terminal. The scheduler's loop only takes notes here; the
 * drawing, which a stopped terminal can block, is done by a daemon thread. Safe for use by many threads.
 */
public final class ConsoleProgress implements SchedulerListener, AutoCloseable {
    public static final ConfigKey<Boolean> SHOW = ConfigKey.flag("ui.showConsoleProgress", true)
            .doc("Whether a progress bar per running stage is drawn on a terminal. In a pipe or a file there is none.");

    private static final Duration PERIOD = Duration.ofMillis(200);
    /** Nothing has ended for so long: now people want to know why. */
    private static final long STANDSTILL_NANOS = Duration.ofSeconds(3).toNanos();

    private static final long QUIET_NANOS = Duration.ofMillis(500).toNanos();

    private final Clock clock;
    private final Terminal terminal;
    private volatile List<StageWait> waits = List.of();
    private volatile long movedNanos;
    private final Map<StageAttempt, StageProgress> stages = new ConcurrentHashMap<>();
    private final ScheduledExecutorService painter;

    /** The line on the screen; guarded by {@code this}, as is all drawing. */
    private String shown = "";

    ConsoleProgress(Clock clock, Terminal terminal, ScheduledExecutorService painter) {
        this.clock = clock;
        this.movedNanos = clock.nanoTime();
        this.terminal = terminal;
        this.painter = painter;
    }

    /**
     * Starts a progress bar on standard error, or returns empty when the settings or the lack of a terminal forbid one.
     * The caller closes it.
     */
    public static Optional<ConsoleProgress> start(Config config, Clock clock) {
        if (!config.get(SHOW)) {
            return Optional.empty();
        }
        return Terminal.find(System.err, System.console(), System.getenv()).map(terminal -> {
            ScheduledExecutorService painter = Executors.newSingleThreadScheduledExecutor(work -> {
                Thread thread = new Thread(work, "quiver-progress");
                thread.setDaemon(true);
                return thread;
            });
            ConsoleProgress progress = new ConsoleProgress(clock, terminal, painter);
            painter.scheduleWithFixedDelay(
                    progress::refresh, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
            return progress;
        });
    }

    @Override
    public void onStageStarted(JobId job, StageAttempt stage, CallSite callSite, int tasks) {
        movedNanos = clock.nanoTime();
        stages.put(stage, new StageProgress(stage, callSite, tasks, 0, 0, 0, clock.nanoTime()));
    }

    @Override
    public void onTasksEnded(StageAttempt stage, int succeeded, int failed, int running, TaskMetrics metrics) {
        movedNanos = clock.nanoTime();
        stages.computeIfPresent(stage, (key, progress) -> progress.after(succeeded, running, metrics.spilledBytes()));
    }

    @Override
    public void onStageEnded(StageAttempt stage, boolean succeeded, String message) {
        stages.remove(stage);
    }

    /** What stages wait for has changed. */
    public void onWaits(List<StageWait> now) {
        waits = now;
    }

    /**
     * Takes the line off the screen until the next refresh. Whoever waited for a job calls this before its result goes
     * to the user, so that what the program prints does not land in the bar. Not for the scheduler's loop: this may
     * block.
     */
    public synchronized void clear() {
        if (!shown.isEmpty()) {
            draw("");
        }
    }

    /** Draws what is running now. */
    synchronized void refresh() {
        long now = clock.nanoTime();
        List<StageProgress> slow = stages.values().stream()
                .filter(progress -> now - progress.sinceNanos() > QUIET_NANOS)
                .sorted(Comparator.comparingLong((StageProgress progress) -> progress.sinceNanos() - now)
                        .thenComparingInt(progress -> progress.stage().stage().value()))
                .toList();
        // A full last column makes some terminals wrap, and then the line cannot be taken back.
        int width = terminal.columns() - 1;
        boolean still = now - movedNanos > STANDSTILL_NANOS;
        String line = still ? ProgressLine.waiting(waits, slow, width) : "";
        if (line.isEmpty()) {
            line = ProgressLine.render(slow, width);
        }
        if (!line.equals(shown)) {
            draw(line);
        }
    }

    private void draw(String line) {
        int leftOver = Math.max(0, shown.length() - line.length());
        StringBuilder text = new StringBuilder("\r").append(line).append(" ".repeat(leftOver));
        if (line.isEmpty()) {
            text.append('\r');
        }
        terminal.out().print(text);
        terminal.out().flush();
        shown = line;
    }

    /** Stops drawing and clears the line. Closing twice is harmless. */
    @Override
    public void close() {
        stages.clear();
        painter.shutdownNow();
        clear();
    }
}

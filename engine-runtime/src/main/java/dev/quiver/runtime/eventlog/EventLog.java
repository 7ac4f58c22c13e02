package dev.quiver.runtime.eventlog;

import dev.quiver.StageWait;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.JobId;
import dev.quiver.id.StageAttempt;
import dev.quiver.lineage.CallSite;
import dev.quiver.scheduler.port.ContentChange;
import dev.quiver.scheduler.port.SchedulerListener;
import dev.quiver.task.TaskMetrics;
import dev.quiver.time.Clock;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what happens to a file, one JSON object a line: {@code time} in milliseconds since 1970, {@code event}, and what
 * belongs to it. Whoever tells it never waits: what the disk is too slow for is left out, counted, and a line
 * {@code dropped} with the count follows as soon as there is room again. Told by the driver's loop; written by a thread of its own.
 */
public final class EventLog implements SchedulerListener, AutoCloseable {
    public static final ConfigKey<String> DIR = ConfigKey.text("eventLog.dir", "")
            .doc("A folder for a file of JSON lines that says what happened: jobs, stages, tasks, executors, and what"
                    + " stages wait for. The file has the name of the application. Empty: none is written.");
    public static final ConfigKey<Integer> QUEUE = ConfigKey.integer("eventLog.queue", 10_000)
            .check(value -> value >= 1, "be at least 1")
            .doc("Most events that wait to be written; further ones are left out and counted. More bridges longer"
                    + " pauses of the disk and takes about 200 bytes each.");

    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
    private static final long LOOK_MILLIS = 100;
    private static final long CLOSE_MILLIS = 2_000;

    private final Clock clock;
    private final Opening file;
    private final BlockingQueue<Note> queue;
    private final AtomicLong dropped = new AtomicLong();
    private final Thread writer;
    private volatile boolean closing;
    private volatile boolean broken;

    /** Opens where lines are written; called on the log's own thread. */
    interface Opening {
        Writer open() throws IOException;
    }

    private record Note(long millis, String event, Consumer<JsonLine> fields) {
        String line() {
            JsonLine line = new JsonLine().put("time", millis).put("event", event);
            fields.accept(line);
            return line.toString();
        }
    }

    EventLog(Clock clock, Opening file, int capacity) {
        this.clock = clock;
        this.file = file;
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.writer = new Thread(this::write, "event-log");
        this.writer.setDaemon(true);
        this.writer.start();
    }

    /** Starts the log a session asks for; empty when it asks for none. The caller closes it. */
    public static Optional<EventLog> start(Config config, Clock clock, String application) {
        String folder = config.get(DIR).strip();
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        Path path = Path.of(folder).resolve(application + ".jsonl");
        return Optional.of(new EventLog(
                clock,
                () -> {
                    Files.createDirectories(path.getParent());
                    return Files.newBufferedWriter(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                },
                config.get(QUEUE)));
    }

    /** Every key of this class. */
    public static List<ConfigKey<?>> keys() {
        return List.of(DIR, QUEUE);
    }

    /** Events that were left out so far. */
    public long dropped() {
        return dropped.get();
    }

    private void note(String event, Consumer<JsonLine> fields) {
        if (broken || !queue.offer(new Note(clock.epochMillis(), event, fields))) {
            dropped.incrementAndGet();
        }
    }

    private void write() {
        long told = 0;
        try (Writer out = file.open()) {
            while (true) {
                Note note = queue.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                long gone = dropped.get();
                if (gone > told) {
                    long count = gone - told;
                    told = gone;
                    line(out, new Note(clock.epochMillis(), "dropped", line -> line.put("count", count)));
                }
                if (note != null) {
                    line(out, note);
                } else if (closing && dropped.get() == told) {
                    return;
                }
                if (queue.isEmpty()) {
                    out.flush();
                }
            }
        } catch (InterruptedException hurried) {
            LOG.debug("The event log was closed before all of it was written", hurried);
        } catch (IOException | RuntimeException failure) {
            LOG.warn("No more events are written to the log ({}): the jobs go on without", DIR.name(), failure);
        } finally {
            broken = true;
            dropped.addAndGet(queue.size());
            queue.clear();
        }
    }

    private static void line(Writer out, Note note) throws IOException {
        out.write(note.line());
        out.write('\n');
    }

    /** Writes what waits, if the disk takes it within two seconds. Closing twice is harmless. */
    @Override
    public void close() {
        closing = true;
        try {
            writer.join(CLOSE_MILLIS);
            writer.interrupt();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        if (dropped.get() > 0) {
            LOG.warn("{} events are missing in the event log", dropped.get());
        }
    }

    /** What stages wait for has changed. */
    public void onWaits(List<StageWait> waits) {
        note("waits", line -> line.put("count", waits.size()));
        for (StageWait wait : waits) {
            note(
                    "wait",
                    line -> line.put("stage", wait.stage())
                            .put("jobs", wait.jobs())
                            .put("tasks", wait.tasks())
                            .put("reason", wait.reason().name())
                            .put("detail", wait.detail())
                            .put(
                                    "changesInMillis",
                                    wait.changesIn()
                                            .map(time -> time.toMillis())
                                            .orElse(-1L)));
        }
    }

    @Override
    public void onJobStarted(JobId job, CallSite callSite, int stages, int skippedStages) {
        note(
                "jobStarted",
                line -> line.put("job", job.value())
                        .put("callSite", callSite.toString())
                        .put("stages", stages)
                        .put("skippedStages", skippedStages));
    }

    @Override
    public void onJobEnded(JobId job, boolean succeeded, String message) {
        note(
                "jobEnded",
                line -> line.put("job", job.value()).put("succeeded", succeeded).put("message", message));
    }

    @Override
    public void onStageStarted(JobId job, StageAttempt stage, CallSite callSite, int tasks) {
        note(
                "stageStarted",
                line -> of(stage, line)
                        .put("job", job.value())
                        .put("callSite", callSite.toString())
                        .put("tasks", tasks));
    }

    @Override
    public void onTasksEnded(StageAttempt stage, int succeeded, int failed, int running, TaskMetrics metrics) {
        note(
                "tasksEnded",
                line -> of(stage, line)
                        .put("succeeded", succeeded)
                        .put("failed", failed)
                        .put("running", running)
                        .put("runNanos", metrics.runNanos())
                        .put("spilledBytes", metrics.spilledBytes()));
    }

    @Override
    public void onStageEnded(StageAttempt stage, boolean succeeded, String message) {
        note("stageEnded", line -> of(stage, line).put("succeeded", succeeded).put("message", message));
    }

    @Override
    public void onContentChanged(ContentChange change) {
        note(
                "contentChanged",
                line -> line.put("shuffle", change.shuffle().value()).put("map", change.mapPartition()));
    }

    @Override
    public void onExecutorExcluded(ExecutorId executor, String host) {
        note(
                "executorExcluded",
                line -> line.put("executor", executor.toString()).put("host", host));
    }

    @Override
    public void onExecutorCutOff(ExecutorId executor, ExecutorId from) {
        note("executorCutOff", line -> line.put("executor", executor.toString()).put("from", from.toString()));
    }

    @Override
    public void onExecutorDraining(ExecutorId executor, String reason) {
        note(
                "executorDraining",
                line -> line.put("executor", executor.toString()).put("reason", reason));
    }

    @Override
    public void onExecutorLost(ExecutorId executor, String reason) {
        note("executorLost", line -> line.put("executor", executor.toString()).put("reason", reason));
    }

    private static JsonLine of(StageAttempt stage, JsonLine line) {
        return line.put("stage", stage.stage().value()).put("epoch", stage.epoch());
    }
}

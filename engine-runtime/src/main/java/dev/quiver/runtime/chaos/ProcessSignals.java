package dev.quiver.runtime.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kills and freezes processes of this machine. One thread at a time. */
final class ProcessSignals implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessSignals.class);
    private static final long END_SECONDS = 5;

    /** Stops a process and has it go on, even if this process is gone by then. */
    private static final String FREEZE = "kill -STOP \"$0\" || exit 1; sleep \"$1\"; kill -CONT \"$0\"";

    private record Frozen(long process, Process thaws) {}

    private final List<Frozen> frozen = new ArrayList<>();

    /** Ends it at once; false when it had ended already. */
    boolean kill(long process) {
        Optional<ProcessHandle> handle = ProcessHandle.of(process).filter(ProcessHandle::isAlive);
        if (handle.isEmpty() || !handle.get().destroyForcibly()) {
            return false;
        }
        try {
            handle.get().onExit().get(END_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            return true;
        } catch (ExecutionException | TimeoutException deathless) {
            return false;
        }
    }

    /** Stops it for a while, which passes without anybody; false when it had ended already. */
    boolean freeze(long process, Duration length) {
        String seconds = String.format(Locale.ROOT, "%.3f", length.toMillis() / 1e3);
        try {
            Process shell = new ProcessBuilder("sh", "-c", FREEZE, String.valueOf(process), seconds)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            frozen.removeIf(other -> !other.thaws().isAlive());
            frozen.add(new Frozen(process, shell));
            return ProcessHandle.of(process).filter(ProcessHandle::isAlive).isPresent();
        } catch (IOException noShell) {
            return false;
        }
    }

    /** Has everything go on that stands still. */
    @Override
    public void close() {
        for (Frozen one : frozen) {
            if (one.thaws().isAlive()) {
                one.thaws().destroyForcibly();
                thaw(one.process());
            }
        }
        frozen.clear();
    }

    private static void thaw(long process) {
        try {
            new ProcessBuilder("kill", "-CONT", String.valueOf(process))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException gone) {
            LOG.warn("Process {} was stopped and cannot be told to go on", process, gone);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.quiver.runtime.driver;

import dev.quiver.engine.Engine;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a session does when its process is told to end: it closes, and a task that called {@code System.exit} is named,
 * since its exit code must not look like the application's own.
 */
final class ProcessEnd {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessEnd.class);

    private final Supplier<Optional<String>> exitingTask;
    private final Thread hook = new Thread(this::run, "session-close");
    private Engine engine;

    /** @param exitingTask which task is ending this process, if one does */
    ProcessEnd(Supplier<Optional<String>> exitingTask) {
        this.exitingTask = exitingTask;
    }

    /** Closes this engine when the process is told to end. */
    void closes(Engine closing) {
        engine = closing;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** The engine was closed in time. */
    void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException endingAlready) {
            LOG.debug("The process is ending already", endingAlready);
        }
    }

    private void run() {
        Optional<String> exiting = exitingTask.get();
        engine.close();
        if (exiting.isPresent()) {
            System.err.println("quiver: " + exiting.get()
                    + ", which ends the whole application, since under this master tasks run in its process;"
                    + " throw an exception instead");
            System.err.flush();
            Runtime.getRuntime().halt(1);
        }
    }
}

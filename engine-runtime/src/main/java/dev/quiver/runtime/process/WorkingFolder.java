package dev.quiver.runtime.process;

import dev.quiver.config.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * The private folder of one application, made when the first file needs it. Safe for use by many threads.
 */
public final class WorkingFolder implements AutoCloseable {
    private final Path parent;
    private final String application;
    private Path folder;

    public WorkingFolder(Config config, String application) {
        String configured = config.get(ProcessSettings.LOCAL_DIR);
        this.parent = Path.of(configured.isBlank() ? System.getProperty("java.io.tmpdir") : configured)
                .toAbsolutePath();
        this.application = application;
    }

    /** Deletes what applications left behind whose process is gone. */
    public void sweepLeftOvers() {
        Folders.sweep(parent);
    }

    /** The folder; made now if it was not there. */
    public synchronized Path path() throws IOException {
        if (folder == null) {
            folder = Folders.create(parent, application);
        }
        return folder;
    }

    /** Where the folder is or will be, without making it. */
    public Path location() {
        return parent.resolve("quiver-" + ProcessHandle.current().pid() + "-" + application);
    }

    /** As {@link #path()} for callers that cannot throw. */
    public Path pathUnchecked() {
        try {
            return path();
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "cannot make a working folder below " + parent + "; choose another with quiver.local.dir", failure);
        }
    }

    @Override
    public synchronized void close() {
        Folders.delete(location());
    }
}

package dev.quiver.runtime.process;

import dev.quiver.config.Config;
import java.io.IOException;
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

    /**
     * The folder; made now if it was not there.
     *
     * @throws IOException naming the place and the setting that chooses it
     */
    public synchronized Path path() throws IOException {
        if (folder == null) {
            try {
                folder = Folders.create(parent, application);
            } catch (IOException refused) {
                throw new IOException(
                        "cannot make a working folder below '" + parent + "' (" + refused
                                + "); choose another place with " + ProcessSettings.LOCAL_DIR.name(),
                        refused);
            }
        }
        return folder;
    }

    /** Where the folder is or will be, without making it. */
    public Path location() {
        return parent.resolve("quiver-" + ProcessHandle.current().pid() + "-" + application);
    }

    @Override
    public synchronized void close() {
        Folders.delete(location());
    }
}

package dev.quiver.runtime.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The private folder of one application, made when the first file needs it. Safe for use by many threads.
 *
 * <pre>
 *   quiver-4711-app-m3x9/        named after process and application
 *   quiver-4711-app-m3x9.lock    locked while the process lives; see {@link FolderClaim}
 * </pre>
 */
public final class WorkingFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkingFolder.class);

    private final Path folder;
    private final String application;
    private final String setting;
    private final boolean ofThisMachine;
    private FolderClaim claim;
    private boolean made;
    private boolean closed;

    /**
     * @param folder        where it will be; its name ends with the application
     * @param setting       that chooses the place
     * @param ofThisMachine whether only this machine makes folders there
     */
    WorkingFolder(Path folder, String application, String setting, boolean ofThisMachine) {
        this.folder = folder;
        this.application = application;
        this.setting = setting;
        this.ofThisMachine = ofThisMachine;
    }

    /**
     * For the files of one application on this machine.
     *
     * @param parent  where it will be
     * @param setting that chooses the place
     */
    static WorkingFolder local(Path parent, String application, String setting) {
        return new WorkingFolder(parent.resolve(Folders.name(application)), application, setting, true);
    }

    /**
     * For files of one application that several machines see.
     *
     * @param folder  its name is that of the application, behind a prefix
     * @param setting that chooses the place
     */
    public static WorkingFolder shared(Path folder, String application, String setting) {
        return new WorkingFolder(folder, application, setting, false);
    }

    /** Claims the folder, and deletes what applications left behind whose process is gone. */
    public void sweepLeftOvers(Instant now) {
        claim();
        new LeftOvers(folder.getParent(), application, ofThisMachine).sweep(now);
    }

    /** Says that this process uses the folder; without that, where locks are not to be had, its number must do. */
    private synchronized void claim() {
        if (claim != null || closed) {
            return;
        }
        try {
            Files.createDirectories(folder.getParent());
            claim = FolderClaim.take(folder);
        } catch (IOException noLocks) {
            LOG.debug("{} cannot be claimed", folder, noLocks);
        }
    }

    /**
     * The folder; made now if it was not there.
     *
     * @throws IOException naming the place and the setting that chooses it
     */
    public synchronized Path path() throws IOException {
        if (!made) {
            claim();
            try {
                Folders.create(folder);
                made = true;
            } catch (IOException refused) {
                throw new IOException(
                        "cannot make a working folder below '" + folder.getParent() + "' (" + refused
                                + "); choose another place with " + setting,
                        refused);
            }
        }
        return folder;
    }

    /** Where the folder is or will be, without making it. */
    public Path location() {
        return folder;
    }

    @Override
    public synchronized void close() {
        closed = true;
        Folders.delete(folder);
        if (claim != null) {
            try {
                claim.close();
            } catch (IOException failure) {
                LOG.debug("The claim of {} could not be given back", folder, failure);
            }
            claim = null;
        }
    }
}

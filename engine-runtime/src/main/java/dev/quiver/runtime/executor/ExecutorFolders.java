package dev.quiver.runtime.executor;

import dev.quiver.runtime.process.ExecutorCommand;
import dev.quiver.runtime.process.ExitCodes;
import dev.quiver.runtime.process.Folders;
import dev.quiver.runtime.process.WorkingFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The working folders of an executor's process, and who answers for them: the driver on this machine, which swept them
 * before and sweeps them afterwards, or this process alone.
 */
interface ExecutorFolders {
    /** At least one. */
    List<Path> all();

    /** Deletes what processes left there that have ended. */
    void sweep(Instant now);

    /**
     * Deletes them as this process ends.
     *
     * @param driverGone whether nobody is left to delete what the driver and its executors shared
     */
    void leave(int exitCode, boolean driverGone);

    /** Folders in that of the driver on this machine. */
    static ExecutorFolders belowDriver(List<Path> folders) {
        return new BelowDriver(folders);
    }

    /**
     * Folders of this process in places that outlive it, made now; those that cannot be are left out.
     *
     * @throws dev.quiver.UsageException if none can be made
     */
    static ExecutorFolders own(List<Path> folders) throws IOException {
        WorkingFolders made = WorkingFolders.own(folders, "the volumes for working files");
        // The command line named a place for temporary files before anybody knew which folder can be used.
        Path temporary = Files.createDirectories(ExecutorCommand.temporary(made.home()));
        System.setProperty("java.io.tmpdir", temporary.toString());
        return new Own(made);
    }

    /** Below those of the driver. */
    record BelowDriver(List<Path> all) implements ExecutorFolders {
        @Override
        public void sweep(Instant now) {
            // The driver does.
        }

        @Override
        public void leave(int exitCode, boolean driverGone) {
            // What this process said about its failure stands there, and the driver wants to read it.
            if (exitCode == ExitCodes.NOT_READY) {
                return;
            }
            all.forEach(Folders::delete);
            if (driverGone) {
                // Where an executor writes on while others clean up behind its driver, it makes that folder anew.
                all.stream().map(Path::getParent).forEach(Folders::deleteIfEmpty);
            }
        }
    }

    /** By this process alone. */
    record Own(WorkingFolders folders) implements ExecutorFolders {
        @Override
        public List<Path> all() {
            return folders.locations();
        }

        @Override
        public void sweep(Instant now) {
            folders.sweepLeftOvers(now);
        }

        @Override
        public void leave(int exitCode, boolean driverGone) {
            folders.close();
        }
    }
}

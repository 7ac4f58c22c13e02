package dev.quiver.runtime.process;

import dev.quiver.UsageException;
import dev.quiver.config.Config;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The private folders of one application on this machine, one in each place that a session names. The first of them is its
 * home: what there is one of lies there. Safe for use by many threads.
 */
public final class WorkingFolders implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkingFolders.class);
    private static final String SETTING = ProcessSettings.LOCAL_DIR.name();

    private final List<WorkingFolder> folders;

    private WorkingFolders(List<WorkingFolder> folders) {
        this.folders = List.copyOf(folders);
    }

    /**
     * Where a session's configuration wants them. A single one is made when it is needed. Several are made now, and one
     * that cannot be is said and left out.
     *
     * @throws UsageException if none can be used
     */
    public static WorkingFolders of(Config config, String application) {
        List<Path> places = places(config.get(ProcessSettings.LOCAL_DIR));
        if (places.size() == 1) {
            return new WorkingFolders(List.of(WorkingFolder.local(places.get(0), application, SETTING)));
        }
        return new WorkingFolders(usable(
                places.stream()
                        .map(place -> WorkingFolder.local(place, application, SETTING))
                        .toList(),
                SETTING));
    }

    /**
     * Folders that belong to this process alone, in places where other processes, of other machines too, may have theirs.
     * They are made now; one that cannot be is said and left out.
     *
     * @param folders each named {@code quiver-} and what no other process has in its name
     * @param setting that chooses the places
     * @throws UsageException if none can be used
     */
    public static WorkingFolders own(List<Path> folders, String setting) {
        return new WorkingFolders(usable(
                folders.stream()
                        .map(folder -> WorkingFolder.shared(folder, Folders.application(folder), setting))
                        .toList(),
                setting));
    }

    private static List<WorkingFolder> usable(List<WorkingFolder> folders, String setting) {
        List<WorkingFolder> usable = new ArrayList<>();
        List<String> refusals = new ArrayList<>();
        for (WorkingFolder folder : folders) {
            try {
                folder.path();
                usable.add(folder);
            } catch (IOException refused) {
                folder.close();
                refusals.add(refused.getMessage());
            }
        }
        if (usable.isEmpty()) {
            throw new UsageException("no folder of " + setting + " can be used: " + String.join("; ", refusals));
        }
        refusals.forEach(refusal -> LOG.warn("It goes without a folder of {}: {}", setting, refusal));
        return usable;
    }

    /** The places that a setting names, each once. */
    static List<Path> places(String setting) {
        List<Path> places = Arrays.stream(setting.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .map(WorkingFolders::place)
                .distinct()
                .toList();
        return places.isEmpty() ? List.of(place(System.getProperty("java.io.tmpdir"))) : places;
    }

    private static Path place(String name) {
        try {
            return Path.of(name).toAbsolutePath().normalize();
        } catch (InvalidPathException malformed) {
            throw new UsageException("'" + name + "' in " + SETTING + " is no folder: " + malformed.getReason());
        }
    }

    /** Deletes what applications left behind whose process is gone, everywhere. */
    public void sweepLeftOvers(Instant now) {
        folders.forEach(folder -> folder.sweepLeftOvers(now));
    }

    /**
     * The first folder; made now if it was not there.
     *
     * @throws IOException naming the place and the setting that chooses it
     */
    public Path home() throws IOException {
        return folders.get(0).path();
    }

    /** Where the folders are or will be, without making them. */
    public List<Path> locations() {
        return folders.stream().map(WorkingFolder::location).toList();
    }

    @Override
    public void close() {
        folders.forEach(WorkingFolder::close);
    }
}

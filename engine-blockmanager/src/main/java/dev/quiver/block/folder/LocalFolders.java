package dev.quiver.block.folder;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.time.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The folders of one process for its working files, one on each disk, over which all of its files are spread. One whose
 * disk fails gets no new files for a while; what is written then goes to the others, and when all have failed each is
 * tried once more before that is an error. Safe for many threads, and shared by everything that writes working files.
 *
 * <pre>
 *   in use --a file cannot be written, or the disk cannot read one--> resting --its time is over--> in use
 * </pre>
 */
public final class LocalFolders {
    public static final ConfigKey<Duration> REST = ConfigKey.duration("local.rest", Duration.ofMinutes(10))
            .check(value -> !value.isNegative(), "not be negative")
            .doc("How long a folder of quiver.local.dir gets no new files after its disk failed or was full, while"
                    + " there are others. Shorter takes a disk that was only full back sooner; longer asks a"
                    + " broken one less often.");

    private final FolderStates states;
    private final List<Path> folders;

    /** Something to be written below a folder, whole or not at all. */
    @FunctionalInterface
    public interface Writing<T> {
        T in(Path folder) throws IOException;
    }

    private LocalFolders(FolderStates states, List<Path> folders) {
        this.states = states;
        this.folders = folders;
    }

    /**
     * The folders of a process, all in use.
     *
     * @param folders at least one; each is made by whoever writes the first file there
     */
    public static LocalFolders of(List<Path> folders, Config config, Clock clock) {
        List<Path> all = List.copyOf(folders);
        return new LocalFolders(new FolderStates(all, config.get(REST), clock), all);
    }

    /** One folder, which is used whatever happens. */
    public static LocalFolders of(Path only) {
        return of(List.of(only), Config.empty(), Clock.system());
    }

    /** A folder of this name in each of these, known to fail and to be in use as these are. */
    public LocalFolders below(String name) {
        return new LocalFolders(
                states, folders.stream().map(folder -> folder.resolve(name)).toList());
    }

    /** All of them, whatever their state: for looking and deleting. */
    public List<Path> all() {
        return folders;
    }

    /**
     * Writes something into one of the folders: the one its place says, or the next that can take it.
     *
     * @param place spreads files: equal numbers go to the same folder while no folder fails, neighbouring ones to
     *     different folders
     * @return what the writing returned
     * @throws IOException of the last folder, with those of the others suppressed, when none could take it; or one that
     *     has nothing to do with disks
     */
    public <T> T write(int place, Writing<T> writing) throws IOException {
        IOException failure = null;
        for (int folder : states.order(place)) {
            try {
                return writing.in(folders.get(folder));
            } catch (IOException failed) {
                if (failure != null && failure != failed) {
                    failed.addSuppressed(failure);
                }
                failure = failed;
                if (!DiskFailure.mayBe(failed)) {
                    throw failed;
                }
                states.failed(folder, failed);
            }
        }
        throw failure;
    }

    /**
     * Takes note that a file could not be written to.
     *
     * @return whether the rest of its rows may go to a file in another folder, by {@link #write}
     */
    public boolean writingFailed(Path file, IOException failure) {
        if (!DiskFailure.mayBe(failure)) {
            return false;
        }
        failed(file, failure);
        return folders.size() > 1;
    }

    /** Takes note that a file could not be read. One that was deleted or changed says nothing about its disk. */
    public void readingFailed(Path file, IOException failure) {
        if (DiskFailure.isOfReading(failure)) {
            failed(file, failure);
        }
    }

    private void failed(Path file, IOException failure) {
        for (int folder = 0; folder < folders.size(); folder++) {
            if (file.startsWith(folders.get(folder))) {
                states.failed(folder, failure);
            }
        }
    }
}

package dev.quiver.runtime.process;

import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.backend.ExecutorRecipe;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts executors as processes of this machine. Their greeting goes through their standard input, so that neither the
 * process list nor the disk ever shows it.
 *
 * @param host   where they listen
 * @param folders below each of which each gets a folder of its own
 */
record ProcessStarter(ExecutorRecipe recipe, String host, List<Path> folders) {
    /**
     * Starts the process, which waits for its greeting.
     *
     * @throws IOException if it cannot be started at all; a process that ends at once is no error here
     */
    ExecutorProcess start(ExecutorId id) throws IOException {
        List<Path> ownFolders = new ArrayList<>();
        for (Path folder : folders) {
            ownFolders.add(folder.resolve("executor-" + id.name() + "-" + id.incarnation()));
        }
        Path home = makeHome(ownFolders);
        File errors = home.resolve("stderr.log").toFile();
        Process process = new ProcessBuilder(recipe.command().line(id, place(ownFolders)))
                .redirectOutput(home.resolve("stdout.log").toFile())
                .redirectError(errors)
                .start();
        return new ExecutorProcess(id, process, ownFolders, errors.toPath());
    }

    /**
     * Makes one of an executor's folders, where it keeps what there is one of, and puts it first. The others it makes
     * itself, when it needs them.
     */
    private static Path makeHome(List<Path> ownFolders) throws IOException {
        IOException failure = null;
        for (Path folder : List.copyOf(ownFolders)) {
            try {
                Files.createDirectories(ExecutorCommand.temporary(folder));
                ownFolders.remove(folder);
                ownFolders.add(0, folder);
                return folder;
            } catch (IOException refused) {
                failure = refused;
            }
        }
        throw failure;
    }

    private ExecutorRecipe.Place place(List<Path> ownFolders) {
        return new ExecutorRecipe.Place(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                Runtime.version().feature(),
                System.getProperty("java.class.path"),
                host,
                Folders.text(ownFolders),
                ExecutorRecipe.Place.STANDARD_INPUT,
                InheritedFlags.ofThisProcess());
    }

    /** Tells a process where its driver is and gives it its credentials. Waits until the driver has both. */
    void greet(ExecutorProcess process) {
        process.tell(recipe.greeting().apply(process.id()));
    }
}

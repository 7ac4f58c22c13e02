package dev.quiver.runtime.process;

import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.backend.ExecutorRecipe;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Starts executors as processes of this machine. Their greeting goes through their standard input, so that neither the
 * process list nor the disk ever shows it.
 *
 * @param host   where they listen
 * @param folder below which each gets a folder of its own
 */
record ProcessStarter(ExecutorRecipe recipe, String host, Path folder) {
    /**
     * Starts the process, which waits for its greeting.
     *
     * @throws IOException if it cannot be started at all; a process that ends at once is no error here
     */
    ExecutorProcess start(ExecutorId id) throws IOException {
        Path ownFolder = Files.createDirectories(folder.resolve("executor-" + id.name() + "-" + id.incarnation()));
        Files.createDirectories(Path.of(ExecutorCommand.temporary(ownFolder.toString())));
        File errors = ownFolder.resolve("stderr.log").toFile();
        Process process = new ProcessBuilder(recipe.command().line(id, place(ownFolder)))
                .redirectOutput(ownFolder.resolve("stdout.log").toFile())
                .redirectError(errors)
                .start();
        return new ExecutorProcess(id, process, ownFolder, errors.toPath());
    }

    private ExecutorRecipe.Place place(Path ownFolder) {
        return new ExecutorRecipe.Place(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                Runtime.version().feature(),
                System.getProperty("java.class.path"),
                host,
                ownFolder.toString(),
                ExecutorRecipe.Place.STANDARD_INPUT,
                InheritedFlags.ofThisProcess());
    }

    /** Tells a process where its driver is and gives it its credentials. Waits until the driver has both. */
    void greet(ExecutorProcess process) {
        process.tell(recipe.greeting().apply(process.id()));
    }
}

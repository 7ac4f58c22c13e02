package dev.quiver.scheduler.backend;

import dev.quiver.config.Bytes;
import dev.quiver.id.ExecutorId;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * What every executor of an application is made from, wherever it runs.
 *
 * @param application id of the application
 * @param slots       tasks an executor runs at once
 * @param heap        of its JVM
 * @param offHeap     memory that blocks and tasks may use outside the heap; none is zero
 * @param command     what starts it
 * @param greeting    what it reads first: where the driver is, and a secret by which it proves itself. Waits until the
 *                    driver can be reached. For that executor's eyes alone.
 * @param faultless   exit codes by which an executor says that none of its tasks ended it
 */
public record ExecutorRecipe(
        String application,
        int slots,
        Bytes heap,
        Bytes offHeap,
        Command command,
        Function<ExecutorId, byte[]> greeting,
        IntPredicate faultless) {
    /** The command line of an executor. */
    public interface Command {
        /** The words of the command, the program first. */
        List<String> line(ExecutorId executor, Place place);
    }

    /**
     * What the command line must know of where it runs.
     *
     * @param java      the program
     * @param feature   its feature version, such as 17; 0 when it is not known
     * @param classPath the engine's jars
     * @param host      address that other executors reach it at
     * @param folder    its working folder; or several, on different disks, separated by commas
     * @param greeting  file that holds its greeting, or {@link #STANDARD_INPUT}
     * @param flags     more flags for its JVM, before those that the user wants
     */
    public record Place(
            String java,
            int feature,
            String classPath,
            String host,
            String folder,
            String greeting,
            List<String> flags) {
        /** Where the greeting comes from while no file holds it. */
        public static final String STANDARD_INPUT = "-";
    }

    /** Names the application, never the secrets. */
    @Override
    public String toString() {
        return "ExecutorRecipe[" + application + ", " + slots + " slots, " + heap + "]";
    }
}

package dev.quiver.runtime.process;

import dev.quiver.block.memory.OffHeap;
import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.backend.ExecutorRecipe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The command line of an executor. Its credentials are not in it, so that no list of processes ever shows them.
 *
 * @param application id of the application
 * @param encrypted   whether driver and executors speak TLS
 * @param slots       tasks it runs at once
 * @param heap        of its JVM
 * @param extraFlags  more flags for its JVM, those that the user wants last
 */
public record ExecutorCommand(String application, boolean encrypted, int slots, Bytes heap, List<String> extraFlags)
        implements ExecutorRecipe.Command {
    /** What Netty would look up at its start, and nothing here needs: the network cards, and the flight recorder. */
    private static final List<String> QUICK_START =
            List.of("-Dio.netty.machineId=00:00:00:00:00:01", "-Dio.netty.jfr.enabled=false");

    private static final String MAIN_CLASS = "dev.quiver.runtime.executor.ExecutorMain";

    /** The command line that a session's configuration asks for. */
    public static ExecutorCommand of(String application, Config config, int slots, Bytes heap) {
        List<String> flags = new ArrayList<>(JvmFlags.forOffHeap(heap, OffHeap.bytes(config)));
        String options = config.get(ProcessSettings.EXECUTOR_JAVA_OPTIONS).trim();
        flags.addAll(options.isEmpty() ? List.of() : Arrays.asList(options.split("\\s+")));
        return new ExecutorCommand(application, config.get(ProcessSettings.TLS), slots, heap, List.copyOf(flags));
    }

    @Override
    public List<String> line(ExecutorId executor, ExecutorRecipe.Place place) {
        List<String> words = new ArrayList<>();
        words.add(place.java());
        words.add("-Xmx" + (heap.value() >> 20) + "m");
        words.add("-XX:+UseParallelGC");
        words.add("-XX:-UsePerfData");
        words.add("-Xshare:auto");
        words.addAll(QUICK_START);
        // A JVM that cannot start says why on standard output, unless told otherwise.
        words.add("-XX:+DisplayVMOutputToStderr");
        // Libraries unpack native code there, and a process that is killed cannot take it away again.
        words.add("-Djava.io.tmpdir=" + temporary(Folders.parse(place.folder()).get(0)));
        words.addAll(place.feature() == 0 ? JvmFlags.forUnknownJava() : JvmFlags.forJava(place.feature()));
        words.addAll(place.flags());
        words.addAll(extraFlags);
        words.add("-cp");
        words.add(place.classPath());
        words.add(MAIN_CLASS);
        words.add(application);
        words.add(place.host());
        words.add(encrypted ? "tls" : "plain");
        words.add(executor.name());
        words.add(String.valueOf(executor.incarnation()));
        words.add(String.valueOf(slots));
        words.add(place.folder());
        words.add(place.greeting());
        return words;
    }

    /** Its temporary files, which go with its folder however it ends. */
    public static Path temporary(Path folder) {
        return folder.resolve("tmp");
    }
}

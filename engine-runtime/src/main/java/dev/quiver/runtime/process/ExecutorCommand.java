package dev.quiver.runtime.process;

import dev.quiver.config.Bytes;
import dev.quiver.id.ExecutorId;
import dev.quiver.runtime.protocol.Greeting;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * How an executor process is started. Its credentials go through its standard input, so that neither the process list nor
 * the disk ever shows them.
 *
 * @param application  id of the application
 * @param host         where driver and executors listen
 * @param encrypted    whether they speak TLS
 * @param slots        tasks it runs at once
 * @param memory       its heap
 * @param classPath    its class path
 * @param folders      below each of which it gets a folder of its own
 * @param greeting     what an executor is told first; may wait until the driver has it
 * @param extraFlags   more flags for its JVM
 */
public record ExecutorCommand(
        String application,
        String host,
        boolean encrypted,
        int slots,
        Bytes memory,
        String classPath,
        List<Path> folders,
        Function<ExecutorId, Greeting> greeting,
        List<String> extraFlags) {
    /** What Netty would look up at its start, and nothing here needs: the network cards, and the flight recorder. */
    private static final List<String> QUICK_START =
            List.of("-Dio.netty.machineId=00:00:00:00:00:01", "-Dio.netty.jfr.enabled=false");

    private static final String MAIN_CLASS = "dev.quiver.runtime.executor.ExecutorMain";

    /** The command line for an executor. */
    List<String> arguments(ExecutorId id, List<Path> ownFolders) {
        List<String> arguments = new ArrayList<>();
        arguments.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        arguments.add("-Xmx" + (memory.value() >> 20) + "m");
        arguments.add("-XX:+UseParallelGC");
        arguments.add("-XX:-UsePerfData");
        arguments.add("-Xshare:auto");
        arguments.addAll(QUICK_START);
        // A JVM that cannot start says why on standard output, unless told otherwise.
        arguments.add("-XX:+DisplayVMOutputToStderr");
        // Libraries unpack native code there, and a process that is killed cannot take it away again.
        arguments.add("-Djava.io.tmpdir=" + temporary(ownFolders.get(0)));
        arguments.addAll(JvmFlags.forThisJava());
        arguments.addAll(InheritedFlags.ofThisProcess());
        arguments.addAll(extraFlags);
        arguments.add("-cp");
        arguments.add(classPath);
        arguments.add(MAIN_CLASS);
        arguments.add(application);
        arguments.add(host);
        arguments.add(encrypted ? "tls" : "plain");
        arguments.add(id.name());
        arguments.add(String.valueOf(id.incarnation()));
        arguments.add(String.valueOf(slots));
        ownFolders.forEach(folder -> arguments.add(folder.toString()));
        return arguments;
    }

    /** Its temporary files, which go with its folder however it ends. */
    private static Path temporary(Path ownFolder) {
        return ownFolder.resolve("tmp");
    }

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
        Process process = new ProcessBuilder(arguments(id, ownFolders))
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
                Files.createDirectories(temporary(folder));
                ownFolders.remove(folder);
                ownFolders.add(0, folder);
                return folder;
            } catch (IOException refused) {
                failure = refused;
            }
        }
        throw failure;
    }

    /** Tells a process where its driver is and gives it its credentials. Waits until the driver has both. */
    void greet(ExecutorProcess process) {
        process.tell(greeting.apply(process.id()));
    }
}

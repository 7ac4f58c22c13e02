package dev.quiver.runtime.process;

import dev.quiver.config.Bytes;
import dev.quiver.id.ExecutorId;
import dev.quiver.runtime.protocol.HostPort;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
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
 * @param driver       where it registers
 * @param slots        tasks it runs at once
 * @param memory       its heap
 * @param classPath    its class path
 * @param folder       below which it gets a folder of its own
 * @param credentials  the bytes that prove who an executor is
 * @param extraFlags   more flags for its JVM
 */
public record ExecutorCommand(
        String application,
        HostPort driver,
        int slots,
        Bytes memory,
        String classPath,
        Path folder,
        Function<ExecutorId, byte[]> credentials,
        List<String> extraFlags) {
    private static final String MAIN_CLASS = "dev.quiver.runtime.executor.ExecutorMain";

    /** The command line for an executor. */
    List<String> arguments(ExecutorId id, Path ownFolder) {
        List<String> arguments = new ArrayList<>();
        arguments.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        arguments.add("-Xmx" + (memory.value() >> 20) + "m");
        arguments.add("-XX:+UseParallelGC");
        arguments.add("-XX:-UsePerfData");
        arguments.add("-Xshare:auto");
        // A JVM that cannot start says why on standard output, unless told otherwise.
        arguments.add("-XX:+DisplayVMOutputToStderr");
        arguments.addAll(JvmFlags.forThisJava());
        arguments.addAll(InheritedFlags.ofThisProcess());
        arguments.addAll(extraFlags);
        arguments.add("-cp");
        arguments.add(classPath);
        arguments.add(MAIN_CLASS);
        arguments.add(application);
        arguments.add(driver.toString());
        arguments.add(id.name());
        arguments.add(String.valueOf(id.incarnation()));
        arguments.add(String.valueOf(slots));
        arguments.add(ownFolder.toString());
        return arguments;
    }

    /**
     * Starts the process.
     *
     * @throws IOException if it cannot be started at all; a process that ends at once is no error here
     */
    ExecutorProcess start(ExecutorId id) throws IOException {
        Path ownFolder = Files.createDirectories(folder.resolve("executor-" + id.name() + "-" + id.incarnation()));
        File errors = ownFolder.resolve("stderr.log").toFile();
        Process process = new ProcessBuilder(arguments(id, ownFolder))
                .redirectOutput(ownFolder.resolve("stdout.log").toFile())
                .redirectError(errors)
                .start();
        try {
            byte[] proof = credentials.apply(id);
            OutputStream input = process.getOutputStream();
            input.write(ByteBuffer.allocate(4).putInt(proof.length).array());
            input.write(proof);
            input.flush();
        } catch (IOException endedAlready) {
            // It did not even start, as with a flag its JVM refuses: its exit code and its error output tell why.
            errors.setReadable(true);
        }
        return new ExecutorProcess(id, process, ownFolder, errors.toPath());
    }
}

package com.example.faults;

import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Netty's leak detector, telling a test of what it finds: in {@link #SEEN}, and for other processes in a file that the
 * property {@value #FILE} names. Netty makes one for each kind of resource when the property {@code
 * io.netty.customResourceLeakDetector} names this class, as it does for the tests of this module.
 */
public final class LeakedBuffers<T> extends ResourceLeakDetector<T> {
    /** Leaks of this process. */
    static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();

    private static final String FILE = "com.example.faults.leaks";

    public LeakedBuffers(Class<?> resource, int samplingInterval) {
        super(resource, samplingInterval);
        tell("looking for leaks of " + resource.getSimpleName());
    }

    /** What Netty asks for as well. */
    public LeakedBuffers(Class<?> resource, int samplingInterval, long most) {
        this(resource, samplingInterval);
    }

    /** Flags for a JVM whose leaks shall be told there. */
    static String flags(Path file) {
        return "-Dio.netty.leakDetection.level=paranoid -Dio.netty.customResourceLeakDetector="
                + LeakedBuffers.class.getName() + " -D" + FILE + "=" + file;
    }

    @Override
    protected void reportTracedLeak(String resource, String records) {
        report(resource + " was never released, made at" + records);
    }

    @Override
    protected void reportUntracedLeak(String resource) {
        report(resource + " was never released");
    }

    private static void report(String leak) {
        SEEN.add(leak);
        tell(leak);
    }

    private static void tell(String line) {
        String file = System.getProperty(FILE);
        if (file == null) {
            return;
        }
        try {
            Files.writeString(Path.of(file), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

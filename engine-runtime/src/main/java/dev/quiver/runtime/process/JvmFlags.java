package dev.quiver.runtime.process;

import dev.quiver.config.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * The flags a JVM of the engine needs, by Java version: the one list that executors are started with. The launcher
 * script holds a copy, and a test holds the two together.
 *
 * <p>Arrow reads the address of direct buffers ({@code java.nio}); from Java 24 on, the memory access it and Netty use
 * must be allowed in words, and from 25 on native access too.
 */
public final class JvmFlags {
    private JvmFlags() {}

    /** The flags for this feature version of Java, for example 17 or 25. */
    public static List<String> forJava(int feature) {
        List<String> flags = new ArrayList<>();
        flags.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
        if (feature >= 24) {
            flags.add("--sun-misc-unsafe-memory-access=allow");
            flags.add("--enable-native-access=ALL-UNNAMED");
        }
        return List.copyOf(flags);
    }

    /**
     * Lets a JVM have so much memory outside its heap beside the buffers of the network and of files, which it may otherwise
     * have as much of as it has heap.
     */
    public static List<String> forOffHeap(Bytes heap, long offHeapBytes) {
        return offHeapBytes == 0
                ? List.of()
                : List.of("-XX:MaxDirectMemorySize=" + ((heap.value() + offHeapBytes) >> 10) + "k");
    }

    /** The flags for a Java of any version: those it does not know are ignored, and with them wrong ones of the user. */
    public static List<String> forUnknownJava() {
        List<String> flags = new ArrayList<>();
        flags.add("-XX:+IgnoreUnrecognizedVMOptions");
        flags.addAll(forJava(Integer.MAX_VALUE));
        return List.copyOf(flags);
    }
}

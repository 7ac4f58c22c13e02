package dev.quiver.block.memory;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.quiver.config.Bytes;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory outside the heap, in pieces that go back to the system when they are told to, not when a collection comes by.
 * Counts what is in use; who may have how much is for a budget to say. Safe for many threads.
 *
 * <p>A piece is a direct buffer of the JDK, whose cleaner is called by {@link NativeBytes#close()}. If a piece is lost
 * without that, the collector still frees it: a leak is a wrong count, not memory gone for ever.
 */
public final class NativeMemory {
    private static final Logger LOG = LoggerFactory.getLogger(NativeMemory.class);

    private static final int SMALL_PART = 16;

    /** {@code Unsafe.invokeCleaner(ByteBuffer)}, bound to its object. */
    private static final MethodHandle CLEANER = cleaner();

    private final IntFunction<ByteBuffer> system;
    private final AtomicLong inUse = new AtomicLong();

    /** So much was too much for this JVM the last time. Each try costs a collection, so less is tried next. */
    private final AtomicLong most = new AtomicLong(Long.MAX_VALUE);

    public NativeMemory() {
        this(ByteBuffer::allocateDirect);
    }

    /** @param system gives direct buffers, or throws {@link OutOfMemoryError} */
    NativeMemory(IntFunction<ByteBuffer> system) {
        this.system = system;
    }

    /**
     * Bytes in a piece of memory of exactly their length.
     *
     * @param bytes borrowed; copied
     * @return returned: the caller closes it; null when this JVM gives no more, see {@link #limitBytes()}
     */
    public NativeBytes copyOf(byte[] bytes, int length) {
        long before = inUse.getAndAdd(length);
        if (before + length >= most.get()) {
            inUse.addAndGet(-length);
            return null;
        }
        ByteBuffer piece;
        try {
            piece = system.apply(length);
        } catch (OutOfMemoryError full) {
            inUse.addAndGet(-length);
            most.set(before + length);
            LOG.warn(
                    "This JVM gives no more memory outside its heap, with {} in use for blocks: {}. Blocks go to disk"
                            + " or are not kept. Raise -XX:MaxDirectMemorySize, or lower {}.",
                    Bytes.of(before).display(),
                    full.getMessage(),
                    OffHeap.SIZE.name());
            return null;
        }
        return new NativeBytes(this, piece.put(bytes, 0, length).flip());
    }

    /** Bytes of all pieces that were not closed. */
    public long bytesInUse() {
        return inUse.get();
    }

    void free(ByteBuffer piece) {
        try {
            CLEANER.invokeExact(piece);
        } catch (RuntimeException | Error failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
        inUse.addAndGet(-piece.capacity());
    }

    /** Asked for once, and only where it matters: it cannot change. */
    private static final class Limit {
        static final long BYTES = limitBytes();
    }

    /**
     * Whether so much is little beside what this JVM may have outside its heap. What asks for more costs half a second and a
     * collection where there is none left, and those who need it their connections.
     */
    public static boolean isPlentyFor(long bytes) {
        return bytes <= Limit.BYTES / SMALL_PART;
    }

    /** What this JVM may have in direct buffers, those of the network included: as large as its heap unless it was told. */
    public static long limitBytes() {
        HotSpotDiagnosticMXBean flags = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        long told = Long.parseLong(flags.getVMOption("MaxDirectMemorySize").getValue());
        return told > 0 ? told : Runtime.getRuntime().maxMemory();
    }

    /** The one call of the JDK that frees a direct buffer at once; until Java 22 there is no other. */
    private static MethodHandle cleaner() {
        try {
            Class<?> type = Class.forName("sun.misc.Unsafe");
            Field only = type.getDeclaredField("theUnsafe");
            only.setAccessible(true);
            return MethodHandles.lookup()
                    .findVirtual(type, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
                    .bindTo(only.get(null));
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException(
                    "this Java has no way to free memory outside the heap; leave quiver.memory.offHeap.enabled at"
                            + " false",
                    missing);
        }
    }
}

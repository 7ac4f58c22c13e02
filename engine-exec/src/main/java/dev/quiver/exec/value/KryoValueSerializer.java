package dev.quiver.exec.value;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.KryoBufferOverflowException;
import com.esotericsoftware.kryo.io.Output;
import dev.quiver.serializer.NotSerializable;
import dev.quiver.serializer.ValueSerializer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes values with Kryo: any class of the application, whether it implements {@code Serializable} or not, cycles
 * included. Safe for use by many threads: each call borrows an instance of a bounded pool.
 */
public final class KryoValueSerializer implements ValueSerializer {
    /** Most bytes of one value, unless said otherwise. */
    public static final int DEFAULT_MAX_BYTES = 1 << 30;

    private static final int POOLED = 64;
    private static final int KEPT_BUFFER_BYTES = 1 << 20;
    private static final int STREAM_BUFFER_BYTES = 1 << 16;
    private static final int PATH_SHOWN = 20;
    private static final Pattern TRACE_LINE = Pattern.compile("(\\S+) \\((\\S+)\\)");

    private final ClassLoader loader;
    private final int maxBytes;
    private final ConcurrentLinkedQueue<Instance> idle = new ConcurrentLinkedQueue<>();
    private final AtomicInteger idleCount = new AtomicInteger();

    /** @param loader the application's class loader */
    public KryoValueSerializer(ClassLoader loader) {
        this(loader, DEFAULT_MAX_BYTES);
    }

    /** @param maxBytes values that take more bytes are refused */
    public KryoValueSerializer(ClassLoader loader, int maxBytes) {
        this.loader = loader;
        this.maxBytes = maxBytes;
    }

    @Override
    public byte[] write(Object value) {
        Instance instance = borrow();
        try {
            instance.output.reset();
            if (value instanceof byte[] large && large.length > KEPT_BUFFER_BYTES) {
                makeRoom(instance, large.length);
            }
            instance.kryo.writeClassAndObject(instance.output, value);
        } catch (KryoBufferOverflowException overflow) {
            throw new NotSerializable(
                    "cannot serialize a " + nameOf(value) + ": it takes more than " + maxBytes
                            + " bytes; split the value",
                    overflow);
        } catch (RuntimeException | StackOverflowError refused) {
            throw new NotSerializable(
                    "cannot serialize a " + nameOf(value) + ": " + explain(value, refused), shortened(refused));
        }
        byte[] buffer = instance.output.getBuffer();
        byte[] bytes = buffer.length > KEPT_BUFFER_BYTES && instance.output.position() == buffer.length
                ? buffer
                : instance.output.toBytes();
        giveBack(instance);
        return bytes;
    }

    /**
     * Gives the output exactly the room that an array of bytes takes: growing by doubling would copy it several times over,
     * and a buffer that is full to its end need not be copied at all.
     */
    private void makeRoom(Instance instance, int length) {
        instance.kryo.writeClassAndObject(instance.output, new byte[0]);
        long header = instance.output.position() - 1L + Output.varIntLength(length + 1, true);
        instance.output.setBuffer(new byte[(int) Math.min(maxBytes, header + length)], maxBytes);
    }

    @Override
    public Object read(byte[] bytes, int offset, int length) {
        Instance instance = borrow();
        Object value;
        try {
            instance.input.setBuffer(bytes, offset, length);
            value = instance.kryo.readClassAndObject(instance.input);
        } catch (RuntimeException | LinkageError | StackOverflowError refused) {
            throw new NotSerializable(
                    "cannot read a value of " + length + " bytes: " + explain(null, refused)
                            + ". Driver and executors must have the same jars.",
                    shortened(refused));
        }
        instance.input.setBuffer(new byte[0]);
        giveBack(instance);
        return value;
    }

    @Override
    public void write(Object value, OutputStream to) throws IOException {
        Instance instance = borrow();
        Output output = new Output(to, STREAM_BUFFER_BYTES);
        try {
            instance.kryo.writeClassAndObject(output, value);
            output.flush();
        } catch (RuntimeException | StackOverflowError refused) {
            throwIfFromStream(refused);
            throw new NotSerializable(
                    "cannot serialize a " + nameOf(value) + ": " + explain(value, refused), shortened(refused));
        }
        giveBack(instance);
    }

    @Override
    public Object read(InputStream from) throws IOException {
        Instance instance = borrow();
        Object value;
        try {
            value = instance.kryo.readClassAndObject(new Input(from, STREAM_BUFFER_BYTES));
        } catch (RuntimeException | LinkageError | StackOverflowError refused) {
            throwIfFromStream(refused);
            throw new NotSerializable(
                    "cannot read a value from a stream: " + explain(null, refused)
                            + ". Driver and executors must have the same jars.",
                    shortened(refused));
        }
        giveBack(instance);
        return value;
    }

    /** What the stream itself could not do is no fault of the value. */
    private static void throwIfFromStream(Throwable refused) throws IOException {
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            if (cause instanceof NotSerializable) {
                return;
            }
            if (cause instanceof IOException failed) {
                throw failed;
            }
        }
    }

    private Instance borrow() {
        Instance instance = idle.poll();
        if (instance == null) {
            return new Instance(loader, maxBytes);
        }
        idleCount.decrementAndGet();
        return instance;
    }

    /** Takes an instance back after success; one that failed may be in disorder and is dropped. */
    private void giveBack(Instance instance) {
        if (instance.output.getBuffer().length > KEPT_BUFFER_BYTES) {
            instance.output.setBuffer(new byte[256], maxBytes);
        }
        if (idleCount.incrementAndGet() <= POOLED) {
            idle.add(instance);
        } else {
            idleCount.decrementAndGet();
        }
    }

    private static String nameOf(Object value) {
        return value == null ? "null" : value.getClass().getName();
    }

    /** The overflow itself, without its thousands of frames and of Kryo's notes; any other failure as it is. */
    private static Throwable shortened(Throwable failure) {
        StackOverflowError overflow = overflowIn(failure);
        if (overflow == null) {
            return failure;
        }
        StackTraceElement[] trace = overflow.getStackTrace();
        overflow.setStackTrace(Arrays.copyOf(trace, Math.min(trace.length, 32)));
        return overflow;
    }

    private static StackOverflowError overflowIn(Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof StackOverflowError)) {
            cause = cause.getCause();
        }
        return (StackOverflowError) cause;
    }

    /** The first line of the cause, and the path of fields that Kryo noted from the inside out. */
    private static String explain(Object value, Throwable refused) {
        if (overflowIn(refused) != null) {
            return "it is nested too deeply, as a long chain of linked objects is; hold the elements in a List";
        }
        String message = String.valueOf(refused.getMessage());
        int trace = message.indexOf("\nSerialization trace:");
        Throwable cause = refused;
        while (cause.getCause() != null && !(cause instanceof NotSerializable)) {
            cause = cause.getCause();
        }
        String reason = String.valueOf(cause.getMessage());
        reason = reason.lines().findFirst().orElse(cause.toString());
        if (trace < 0) {
            return reason;
        }
        List<String> path = new ArrayList<>();
        Matcher line = TRACE_LINE.matcher(message.substring(trace + "\nSerialization trace:".length()));
        while (line.find()) {
            path.add(line.group(1));
        }
        Collections.reverse(path);
        if (path.size() > PATH_SHOWN) {
            path = path.subList(0, PATH_SHOWN);
            path.add("…");
        }
        String root = value == null ? "" : value.getClass().getSimpleName() + ".";
        return reason + " (at " + root + String.join(".", path) + ")";
    }

    /** One Kryo with its buffers. */
    private static final class Instance {
        final ValueKryo kryo;
        final Output output;
        final Input input = new Input(new byte[0]);

        Instance(ClassLoader loader, int maxBytes) {
            this.kryo = new ValueKryo(loader);
            this.output = new Output(256, maxBytes);
        }
    }
}

package dev.quiver.exec.spill;

import dev.quiver.serializer.ValueSerializer;

/** The size of values of one class that only the serializer can take apart: some are written, the mean stands for others. */
final class SampledSize {
    private static final int FIRST = 8;
    private static final int ONE_IN = 64;
    private static final int NOT_WRITABLE = 64;

    private long seen;
    private long written;
    private long bytes;

    long of(Object value, ValueSerializer serializer) {
        if (seen++ < FIRST || seen % ONE_IN == 0) {
            long size = measured(value, serializer);
            written++;
            bytes += size;
            return size;
        }
        return bytes / written;
    }

    private static long measured(Object value, ValueSerializer serializer) {
        try {
            return ObjectBytes.NARROW + (long) ObjectBytes.FOR_SERIALIZED * serializer.write(value).length;
        } catch (RuntimeException unwritable) {
            // It may never have to travel; when it must, whoever writes it says what is wrong.
            return NOT_WRITABLE;
        }
    }
}

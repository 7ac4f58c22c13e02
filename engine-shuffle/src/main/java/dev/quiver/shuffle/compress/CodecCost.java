package dev.quiver.shuffle.compress;

import dev.quiver.exec.arrow.BodyCodec;
import dev.quiver.exec.arrow.BodyCodec.Method;

/** What one codec does to the chunks of one shuffle: a moving average of its time and its ratio. Not thread-safe. */
final class CodecCost {
    /** What an earlier chunk counts against a later one of the same size. */
    private static final double FADING = 0.7;

    /** Chunks between trials in the end; fewer between the first ones, each time {@link #PATIENCE} as many. */
    static final int TRY_EVERY = 64;

    private static final int PATIENCE = 4;

    private final BodyCodec codec;
    private double plainBytes;
    private double storedBytes;
    private double nanos;
    private long measured;
    private int chunksToTrial;
    private int chunksBetweenTrials = 1;

    CodecCost(BodyCodec codec) {
        this.codec = codec;
    }

    BodyCodec codec() {
        return codec;
    }

    boolean isKnown() {
        return plainBytes > 0;
    }

    /** Counts a chunk; whether the codec should be tried on it, because it never was or not for long. */
    boolean isDue() {
        return --chunksToTrial < 0;
    }

    /** Starts to wait for the next trial. */
    void tried() {
        chunksBetweenTrials = Math.min(TRY_EVERY, PATIENCE * chunksBetweenTrials);
        chunksToTrial = chunksBetweenTrials;
    }

    void add(long plain, long stored, long tookNanos) {
        // The first chunk is often the first of its process, whose code is cold: it counts until there is a second.
        double earlier = ++measured == 2 ? 0 : FADING;
        plainBytes = earlier * plainBytes + plain;
        storedBytes = earlier * storedBytes + stored;
        nanos = earlier * nanos + tookNanos;
        chunksToTrial = Math.max(chunksToTrial, chunksBetweenTrials);
    }

    /** The least time for a byte that can be hoped for, whatever was measured on chunks of another kind. */
    double fewestNanosPerByte() {
        return isLz4() ? 0.5 : 1.0;
    }

    /**
     * Nanoseconds to compress and to restore one byte. Restoring happens elsewhere and later and is not measured: it counts
     * as the share of the time to compress that it takes on middling data (see docs/benchmarks.md).
     */
    double nanosPerByte() {
        double restoring = isLz4() ? 0.4 : 0.5;
        return isKnown() ? (1 + restoring) * nanos / plainBytes : fewestNanosPerByte();
    }

    private boolean isLz4() {
        return codec.method() == Method.LZ4;
    }

    /** The part of the bytes that does not have to be sent; negative when they grow. 1 before anything is measured. */
    double saving() {
        return isKnown() ? 1 - storedBytes / plainBytes : 1;
    }

    /** Nanoseconds that are won for each byte when sending one takes so many; negative when they are lost. */
    double benefit(double linkNanosPerByte) {
        return saving() * linkNanosPerByte - nanosPerByte();
    }

    @Override
    public String toString() {
        return isKnown()
                ? "%s saves %.0f %% at %.0f MB/s".formatted(codec, 100 * saving(), 1000 / nanosPerByte())
                : codec + " not tried";
    }
}

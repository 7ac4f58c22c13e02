package dev.quiver.shuffle.compress;

import dev.quiver.exec.arrow.BodyCodec;
import java.util.ArrayList;
import java.util.List;

/**
 * Chooses the codec for the next chunk of one shuffle. Pure: what it decides follows from the calls alone. Safe for many
 * threads.
 *
 * <pre>
 *   benefit of a codec = bytes saved / speed of the link - time to compress and restore,   for each byte of the chunk
 *   benefit of none    = 0
 * </pre>
 *
 * The largest benefit wins. It must win by a part of the codec's time ({@link #MARGIN}), so that a decision at the border
 * does not swing with every chunk, and a codec must save {@link #LEAST_SAVING} at all. What a codec saves and takes is
 * measured on the chunks that pass: each codec that could pay is tried on one chunk first and again now and then, so that
 * data that was compressed before it came here costs one chunk in {@link CodecCost#TRY_EVERY}. Where the link is faster
 * than any codec, nothing is tried.
 */
public final class CodecChoice {
    /** A link on which every byte saved pays: for a codec that a setting asks for. */
    static final double WHATEVER_SHRINKS = 1;

    static final double MARGIN = 0.2;
    static final double LEAST_SAVING = 0.05;

    private final List<CodecCost> codecs = new ArrayList<>();
    private CodecCost current;

    /**
     * A decision.
     *
     * @param codec  for the next chunk
     * @param change why the choice is another one from now on, for people; null when it is the same, or for a trial
     */
    public record Decision(BodyCodec codec, String change) {}

    /** @param candidates codecs to choose from, {@link BodyCodec#NONE} left out; it is what the choice begins with */
    public CodecChoice(List<BodyCodec> candidates) {
        candidates.forEach(candidate -> codecs.add(new CodecCost(candidate)));
    }

    /**
     * Decides about the next chunk, which should not be a tiny one.
     *
     * @param bytesPerSecond what a reader of the chunk gets; infinite on the same host
     */
    public synchronized Decision next(double bytesPerSecond) {
        double linkNanos = 1e9 / bytesPerSecond;
        CodecCost trial = null;
        for (CodecCost codec : codecs) {
            boolean due = codec.isDue();
            if (trial == null && due && codec.fewestNanosPerByte() * (1 + MARGIN) < linkNanos) {
                trial = codec;
            }
        }
        if (trial != null) {
            trial.tried();
            return new Decision(trial.codec(), null);
        }
        CodecCost best = best(linkNanos);
        String change = best == current ? null : change(best, bytesPerSecond);
        current = best;
        return new Decision(name(best), change);
    }

    /**
     * Takes what a codec did to a chunk.
     *
     * @param plainBytes  the chunk before
     * @param storedBytes the chunk as it is stored
     * @param nanos       the time it took
     */
    public synchronized void measured(BodyCodec codec, long plainBytes, long storedBytes, long nanos) {
        for (CodecCost known : codecs) {
            if (known.codec().equals(codec)) {
                known.add(plainBytes, storedBytes, nanos);
            }
        }
    }

    /** Never chooses this codec again, because it cannot be used. */
    public synchronized void exclude(BodyCodec codec) {
        codecs.removeIf(known -> known.codec().equals(codec));
        current = current != null && current.codec().equals(codec) ? null : current;
    }

    private CodecCost best(double linkNanos) {
        CodecCost best = current;
        if (best != null && (!saves(best) || best.benefit(linkNanos) < -MARGIN * best.nanosPerByte())) {
            best = null;
        }
        for (CodecCost codec : codecs) {
            if (codec != best && saves(codec)) {
                double nanos = best == null ? 0 : best.nanosPerByte();
                double toBeat = best == null ? 0 : best.benefit(linkNanos);
                if (codec.benefit(linkNanos) > toBeat + MARGIN * Math.max(nanos, codec.nanosPerByte())) {
                    best = codec;
                }
            }
        }
        return best;
    }

    private static boolean saves(CodecCost codec) {
        return codec.isKnown() && codec.saving() >= LEAST_SAVING;
    }

    private String change(CodecCost to, double bytesPerSecond) {
        String link = bytesPerSecond <= WHATEVER_SHRINKS
                ? "a setting asks for it where bytes shrink"
                : "a reader gets %.0f MB/s".formatted(bytesPerSecond / 1e6);
        return "%s instead of %s: %s, %s".formatted(name(to), name(current), link, codecs);
    }

    private static BodyCodec name(CodecCost codec) {
        return codec == null ? BodyCodec.NONE : codec.codec();
    }
}

package dev.quiver.scheduler.content;

import dev.quiver.id.ShuffleId;
import dev.quiver.task.MapOutput;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The content checksum of the last version of every map output, whether that version still exists or not, so that a version
 * that is computed again can be told from one with other rows. Eight bytes a map output, until its shuffle is forgotten.
 *
 * <p>Moments are counted in changes: between two changes nothing differs, whenever it was computed.
 */
public final class Contents {
    /** No change yet. */
    public static final long BEGINNING = 0;

    private final Map<ShuffleId, Content> shuffles = new LinkedHashMap<>();
    private long now = BEGINNING;

    private static final class Content {
        private final long[] checksums;
        private long changedAt = BEGINNING;
        private long derivedAt = BEGINNING;

        Content(int outputCount) {
            checksums = new long[outputCount];
        }
    }

    /** The present moment: who begins to read now reads the rows of this moment, as long as nothing it reads changes. */
    public long now() {
        return now;
    }

    /**
     * A version of a map output was registered.
     *
     * @param outputCount map outputs of its shuffle
     * @return the checksum of the version before it when that had other rows; this is a change then
     */
    public OptionalLong registered(MapOutput output, int outputCount) {
        if (output.content() == MapOutput.NOT_COUNTED) {
            return OptionalLong.empty();
        }
        Content content = content(output.shuffle(), outputCount);
        long before = content.checksums[output.mapPartition()];
        content.checksums[output.mapPartition()] = output.content();
        if (before == MapOutput.NOT_COUNTED || before == output.content()) {
            return OptionalLong.empty();
        }
        content.changedAt = ++now;
        return OptionalLong.of(before);
    }

    /** Whether some map output of a shuffle got other rows after a moment. */
    public boolean changedSince(ShuffleId shuffle, long moment) {
        Content content = shuffles.get(shuffle);
        return content != null && content.changedAt > moment;
    }

    /** All outputs of a shuffle are being computed from what there is to read now. */
    public void derivedNow(ShuffleId shuffle, int outputCount) {
        if (now != BEGINNING) {
            content(shuffle, outputCount).derivedAt = now;
        }
    }

    /** The moment whose rows the outputs of a shuffle were computed from; a later one changes nothing unless they read it. */
    public long derivedAt(ShuffleId shuffle) {
        Content content = shuffles.get(shuffle);
        return content == null ? BEGINNING : content.derivedAt;
    }

    /** Nobody can read the shuffle any more. */
    public void forget(ShuffleId shuffle) {
        shuffles.remove(shuffle);
    }

    /** Shuffles of which something is remembered. */
    public int size() {
        return shuffles.size();
    }

    private Content content(ShuffleId shuffle, int outputCount) {
        return shuffles.computeIfAbsent(shuffle, id -> new Content(outputCount));
    }
}

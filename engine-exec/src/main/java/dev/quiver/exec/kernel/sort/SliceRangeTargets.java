package dev.quiver.exec.kernel.sort;

import dev.quiver.Text;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Targets of text and byte arrays: a search among the first words of the bounds, and a look at the rest of equal ones. */
final class SliceRangeTargets implements RangeTargets {
    private final Bounds bounds;
    private final boolean text;
    private final byte[][] sorted;
    private final long[] words;

    private SliceRangeTargets(Bounds bounds, boolean text, byte[][] sorted) {
        this.bounds = bounds;
        this.text = text;
        this.sorted = sorted;
        this.words = new long[sorted.length];
        for (int bound = 0; bound < words.length; bound++) {
            words[bound] = KeyWords.word(sorted[bound], 0, sorted[bound].length, text) ^ bounds.flip();
        }
    }

    /** Or null when a bound is of another class than the keys, or text that UTF-8 cannot write. */
    static SliceRangeTargets of(Bounds bounds, Shape.Scalar key) {
        byte[][] sorted = new byte[bounds.values().length][];
        for (int bound = 0; bound < sorted.length; bound++) {
            sorted[bound] = bytes(bounds.values()[bound], key);
            if (sorted[bound] == null) {
                return null;
            }
        }
        return new SliceRangeTargets(bounds, key == Shape.Scalar.STRING, sorted);
    }

    private static byte[] bytes(Object bound, Shape.Scalar key) {
        return switch (key) {
            case STRING -> bound instanceof String string ? utf8(string) : null;
            case TEXT -> bound instanceof Text text ? text.toBytes() : null;
            default -> bound instanceof byte[] bytes ? bytes : null;
        };
    }

    private static byte[] utf8(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] exact = new byte[bytes.remaining()];
            bytes.get(exact);
            return exact;
        } catch (CharacterCodingException loneSurrogate) {
            return null;
        }
    }

    @Override
    public void targets(ColumnBatch batch, int[] out) {
        Column.Slices keys = (Column.Slices) batch.columns().get(0);
        byte[] data = keys.data();
        int[] offsets = keys.offsets();
        for (int row = 0; row < batch.rows(); row++) {
            out[row] = bounds.first() + below(data, offsets[row], offsets[row + 1]);
        }
        bounds.placeNulls(keys, batch.rows(), out);
    }

    /** How many bounds are below a key. */
    private int below(byte[] data, int start, int end) {
        long word = KeyWords.word(data, start, end, text) ^ bounds.flip();
        // Without branches, for which half a key lies in cannot be guessed.
        int low = 0;
        int length = words.length;
        while (length > 1) {
            int half = length >>> 1;
            low += words[low + half - 1] < word ? half : 0;
            length -= half;
        }
        if (length == 1 && words[low] < word) {
            low++;
        }
        return low < words.length && words[low] == word ? amongEqual(word, low, data, start, end) : low;
    }

    /** The same, where the bound at {@code from} is the first with the word of the key. */
    private int amongEqual(long word, int from, byte[] data, int start, int end) {
        int low = from;
        int high = words.length;
        while (low < high) {
            int middle = low + high >>> 1;
            if (words[middle] == word && isAbove(data, start, end, sorted[middle])) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private boolean isAbove(byte[] data, int start, int end, byte[] bound) {
        int order = KeyWords.compare(data, start, end, bound, text);
        return bounds.flip() == 0 ? order > 0 : order < 0;
    }
}

package dev.quiver.exec.kernel.checksum;

import dev.quiver.exec.column.Column;
import java.util.Arrays;
import java.util.List;

/** Pairs and records: their parts in order, folded into a word of their own, so that nesting counts. */
final class PartsHash implements ShapeHash {
    private final long kind;
    private final ShapeHash[] parts;
    private final long[] words = new long[MOST_ROWS];

    /** @param kind names the class, so that a record is another value than a pair of the same parts */
    PartsHash(String kind, List<ShapeHash> parts) {
        this.kind = Mixing.kind(kind);
        this.parts = parts.toArray(new ShapeHash[0]);
    }

    @Override
    public void fold(List<Column> columns, int from, int count, long[] states) {
        Arrays.fill(words, 0, count, kind);
        for (ShapeHash part : parts) {
            part.fold(columns, from, count, words);
        }
        for (int row = 0; row < count; row++) {
            states[row] = Mixing.fold(states[row], words[row]);
        }
    }
}

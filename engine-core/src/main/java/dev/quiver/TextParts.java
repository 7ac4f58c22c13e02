package dev.quiver;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** The parts of a text between separators. */
final class TextParts implements Iterable<Text> {
    private final byte[] data;
    private final int start;
    private final int end;
    private final byte separator;
    private final boolean none;

    /** @param none whether there are no parts at all; else there is one more than separators */
    TextParts(byte[] data, int start, int end, byte separator, boolean none) {
        this.data = data;
        this.start = start;
        this.end = end;
        this.separator = separator;
        this.none = none;
    }

    @Override
    public Iterator<Text> iterator() {
        return new Parts(data, none ? end + 1 : start, end, separator);
    }

    private static final class Parts implements Iterator<Text> {
        private final byte[] data;
        private final int end;
        private final byte separator;

        /** Where the next part begins; behind the end when there is none. */
        private int next;

        Parts(byte[] data, int next, int end, byte separator) {
            this.data = data;
            this.next = next;
            this.end = end;
            this.separator = separator;
        }

        @Override
        public boolean hasNext() {
            return next <= end;
        }

        @Override
        public Text next() {
            int from = next;
            if (from > end) {
                throw new NoSuchElementException("a text has no more parts");
            }
            int to = ByteRuns.find(data, from, end, separator);
            next = to + 1;
            return Text.wrap(data, from, to - from);
        }
    }
}

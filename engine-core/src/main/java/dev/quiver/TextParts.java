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

        /** So short that the JIT inlines it wherever it stands, and need not make texts that nobody keeps. */
        @Override
        public Text next() {
            int from = next;
            next = behind(from);
            return new Text(data, from, next - from - 1);
        }

        /** Where the part behind the one that begins at {@code from} begins. */
        private int behind(int from) {
            if (from > end) {
                throw new NoSuchElementException("a text has no more parts");
            }
            return ByteRuns.find(data, from, end, separator) + 1;
        }
    }
}

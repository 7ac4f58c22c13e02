package dev.quiver.exec.kernel.key;

/**
 * What the arrays of a table take once more is added: all of them as they will be then, and beside them the largest of
 * those that are copied on the way. Tables tell it before they grow, so that memory can be asked for.
 */
public final class Growth {
    private long bytes;
    private long copied;

    /** An array that doubles until there is room for so many elements. */
    public void array(long length, long needed, int width) {
        long then = length;
        while (then < needed) {
            then = Math.max(1, then * 2);
        }
        add(length * width, then * width);
    }

    /** Something that takes so many bytes now, and so many then; it is copied when these differ. */
    public void add(long now, long then) {
        bytes += then;
        if (now != then) {
            copied = Math.max(copied, now);
        }
    }

    /** Most bytes that are taken at once on the way. */
    public long peakBytes() {
        return bytes + copied;
    }
}

package dev.quiver.exec.arrow;

/**
 * Where the buffers of a record batch lie in its body.
 *
 * @param codec   what the buffers are compressed with
 * @param offsets of each buffer from the start of the body, multiples of 8
 * @param lengths of each buffer, padding left out
 * @param bytes   of the whole body
 */
record BodyLayout(BodyCodec codec, long[] offsets, long[] lengths, long bytes) {
    /** What a reader allows compressed buffers to hold together, beyond {@link #MOST_TIMES} the length of their body. */
    private static final long ALWAYS_ALLOWED = 16 << 20;

    /** Above what LZ4 can reach at all. */
    private static final long MOST_TIMES = 256;

    /**
     * The most bytes that the compressed buffers of a body may hold together. Readers refuse more before they allocate
     * it, so that a few bytes cannot ask for gigabytes; writers leave buffers as they are when it is reached.
     */
    static long mayHold(long bodyBytes) {
        return ALWAYS_ALLOWED + MOST_TIMES * bodyBytes;
    }
}

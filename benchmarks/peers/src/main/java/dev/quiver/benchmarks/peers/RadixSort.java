package dev.quiver.benchmarks.peers;

/** Sorts signed longs with their values, byte by byte from the lowest; skips bytes that are all equal. */
final class RadixSort {
    private RadixSort() {}

    static void sort(long[] keys, long[] values, int from, int to) {
        int length = to - from;
        long[] sourceKeys = new long[length];
        long[] sourceValues = new long[length];
        System.arraycopy(keys, from, sourceKeys, 0, length);
        System.arraycopy(values, from, sourceValues, 0, length);
        long[] targetKeys = new long[length];
        long[] targetValues = new long[length];
        for (int shift = 0; shift < 64; shift += 8) {
            long flip = shift == 56 ? 0x80 : 0;
            int[] next = new int[257];
            for (long key : sourceKeys) {
                next[(int) ((key >>> shift ^ flip) & 0xFF) + 1]++;
            }
            if (length > 0 && next[(int) ((sourceKeys[0] >>> shift ^ flip) & 0xFF) + 1] == length) {
                continue;
            }
            for (int digit = 0; digit < 256; digit++) {
                next[digit + 1] += next[digit];
            }
            for (int index = 0; index < length; index++) {
                int at = next[(int) ((sourceKeys[index] >>> shift ^ flip) & 0xFF)]++;
                targetKeys[at] = sourceKeys[index];
                targetValues[at] = sourceValues[index];
            }
            long[] swap = sourceKeys;
            sourceKeys = targetKeys;
            targetKeys = swap;
            swap = sourceValues;
            sourceValues = targetValues;
            targetValues = swap;
        }
        System.arraycopy(sourceKeys, 0, keys, from, length);
        System.arraycopy(sourceValues, 0, values, from, length);
    }
}

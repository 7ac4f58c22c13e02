package dev.quiver.benchmarks.peers;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Counts by word, the words as bytes one behind the other. */
final class WordTable {
    private static final int BUFFER = 1 << 20;

    private byte[] text = new byte[1 << 20];
    private int textEnd;
    private int words;
    private int[] hashes = new int[1 << 16];
    private int[] offsets = new int[1 << 16];
    private int[] lengths = new int[1 << 16];
    private long[] counts = new long[1 << 16];

    /** The words of one of some equal parts of a file; a word belongs to the part in which it begins. */
    static WordTable ofPart(Path file, int part, int parts) throws IOException {
        WordTable table = new WordTable();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            long from = size * part / parts;
            long to = size * (part + 1) / parts;
            // One byte before, to see whether a word begins at the first; a word's length after, to read the last.
            long start = Math.max(0, from - 1);
            MappedByteBuffer bytes =
                    channel.map(FileChannel.MapMode.READ_ONLY, start, Math.min(size, to + 4096) - start);
            byte[] buffer = new byte[BUFFER];
            byte[] word = new byte[4096];
            int length = 0;
            boolean inside = part == 0;
            long position = start;
            while (bytes.hasRemaining()) {
                int count = Math.min(BUFFER, bytes.remaining());
                bytes.get(buffer, 0, count);
                int hash = hash(word, length);
                for (int index = 0; index < count; index++, position++) {
                    byte one = buffer[index];
                    if (one != ' ' && one != '\n') {
                        if (inside) {
                            word[length++] = one;
                            hash = 31 * hash + one;
                        }
                        continue;
                    }
                    if (inside) {
                        table.add(word, 0, length, hash, 1);
                    }
                    length = 0;
                    hash = 0;
                    inside = true;
                    if (position + 1 >= to) {
                        return table;
                    }
                }
            }
            if (length > 0) {
                table.add(word, 0, length, hash(word, length), 1);
            }
        }
        return table;
    }

    private static int hash(byte[] word, int length) {
        int hash = 0;
        for (int index = 0; index < length; index++) {
            hash = 31 * hash + word[index];
        }
        return hash;
    }

    void addAll(WordTable other) {
        for (int slot = 0; slot < other.counts.length; slot++) {
            if (other.counts[slot] > 0) {
                add(other.text, other.offsets[slot], other.lengths[slot], other.hashes[slot], other.counts[slot]);
            }
        }
    }

    long total() {
        return Arrays.stream(counts).sum();
    }

    private void add(byte[] from, int offset, int length, int hash, long count) {
        int slot = spread(hash) & counts.length - 1;
        while (counts[slot] != 0) {
            if (hashes[slot] == hash
                    && lengths[slot] == length
                    && Arrays.equals(
                            text, offsets[slot], offsets[slot] + length, from, offset, offset + length)) {
                counts[slot] += count;
                return;
            }
            slot = slot + 1 & counts.length - 1;
        }
        if (textEnd + length > text.length) {
            text = Arrays.copyOf(text, 2 * text.length + length);
        }
        System.arraycopy(from, offset, text, textEnd, length);
        hashes[slot] = hash;
        offsets[slot] = textEnd;
        lengths[slot] = length;
        counts[slot] = count;
        textEnd += length;
        if (2 * ++words > counts.length) {
            grow();
        }
    }

    private void grow() {
        int capacity = 2 * counts.length;
        int[] newHashes = new int[capacity];
        int[] newOffsets = new int[capacity];
        int[] newLengths = new int[capacity];
        long[] newCounts = new long[capacity];
        for (int slot = 0; slot < counts.length; slot++) {
            if (counts[slot] != 0) {
                int to = spread(hashes[slot]) & capacity - 1;
                while (newCounts[to] != 0) {
                    to = to + 1 & capacity - 1;
                }
                newHashes[to] = hashes[slot];
                newOffsets[to] = offsets[slot];
                newLengths[to] = lengths[slot];
                newCounts[to] = counts[slot];
            }
        }
        hashes = newHashes;
        offsets = newOffsets;
        lengths = newLengths;
        counts = newCounts;
    }

    private static int spread(int hash) {
        return hash * 0x9E3779B9 >>> 7;
    }
}

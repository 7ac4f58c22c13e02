package dev.quiver.exec.pipeline;

/** Where lines lie in what was read of a file: line {@code i} is {@code data[starts[i], ends[i])}. Filled by its owner. */
final class Lines {
    final int[] starts;
    final int[] ends;

    /** What the lines are in; whether it is written to later, the reader says. */
    byte[] data = new byte[0];

    int count;

    /** @param most lines that there is room for */
    Lines(int most) {
        starts = new int[most];
        ends = new int[most];
    }
}

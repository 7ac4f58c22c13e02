package dev.quiver.shuffle.tracker;

/** A number for each map output that is zero for nearly all: takes no room before the first that is not. */
final class MostlyZero {
    private final int size;
    private int[] values;

    MostlyZero(int size) {
        this.size = size;
    }

    int get(int index) {
        return values == null ? 0 : values[index];
    }

    void set(int index, int value) {
        if (values == null && value != 0) {
            values = new int[size];
        }
        if (values != null) {
            values[index] = value;
        }
    }

    /** All of them, a fresh array. */
    int[] toArray() {
        return values == null ? new int[size] : values.clone();
    }
}

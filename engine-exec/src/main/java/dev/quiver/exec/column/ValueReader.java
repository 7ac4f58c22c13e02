package dev.quiver.exec.column;

/** Makes values of the columns of one shape. */
abstract class ValueReader {
    abstract Object value(int row);

    /** The values of {@code count} rows, put into an array from its start. */
    void values(int from, int count, Object[] into) {
        for (int index = 0; index < count; index++) {
            into[index] = value(from + index);
        }
    }
}

package dev.quiver.exec.compile;

/** Takes rows one by one. */
@FunctionalInterface
public interface RowTarget {
    void row(Object row) throws Exception;
}

package dev.quiver.function;

import java.io.Serializable;
import java.util.Comparator;

/** An order that can travel to executors. */
@FunctionalInterface
public interface RowComparator<T> extends Comparator<T>, Serializable {}

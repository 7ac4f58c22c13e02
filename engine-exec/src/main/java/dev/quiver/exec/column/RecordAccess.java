package dev.quiver.exec.column;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Optional;

/**
 * Takes records of one class apart and puts them together again, each in a generated class of its own, in which the JIT
 * sees through to the record's accessors and constructor. What these throw passes through. Immutable; one per class, kept
 * with the class, so that it goes when the application's loader goes.
 */
abstract class RecordAccess {
    private static final ClassValue<Optional<RecordAccess>> CACHE = new ClassValue<>() {
        @Override
        protected Optional<RecordAccess> computeValue(Class<?> type) {
            return open(type);
        }
    };

    private String[] names;

    /** Access to a record class, or empty when its module does not let us in. */
    static Optional<RecordAccess> of(Class<?> type) {
        return CACHE.get(type);
    }

    private static Optional<RecordAccess> open(Class<?> type) {
        try {
            RecordAccess access = RecordAccessWriter.define(RecordHandles.of(type));
            access.names = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getName)
                    .toArray(String[]::new);
            return Optional.of(access);
        } catch (ReflectiveOperationException | IllegalArgumentException | SecurityException closed) {
            return Optional.empty();
        }
    }

    final int size() {
        return names.length;
    }

    final String name(int index) {
        return names[index];
    }

    /** Puts the components of a record into an array. */
    abstract void takeApart(Object record, Object[] into);

    /** A record of these components. */
    abstract Object create(Object[] components);

    /** Records of columns: the first of all columns, then the second of all, and so on. */
    abstract void create(Object[][] columns, int count, Object[] into);
}

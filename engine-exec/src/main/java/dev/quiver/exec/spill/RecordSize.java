package dev.quiver.exec.spill;

import dev.quiver.exec.column.RecordHandles;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What records of one class take, and how to get at what they refer to. Immutable; kept with the class. */
final class RecordSize {
    private static final ClassValue<Optional<RecordSize>> OF_CLASS = new ClassValue<>() {
        @Override
        protected Optional<RecordSize> computeValue(Class<?> type) {
            try {
                return Optional.of(new RecordSize(RecordHandles.of(type), type.getRecordComponents()));
            } catch (ReflectiveOperationException | IllegalArgumentException | SecurityException closed) {
                return Optional.empty();
            }
        }
    };

    private final long shallow;
    private final boolean[] primitive;
    private final List<MethodHandle> references = new ArrayList<>();

    private RecordSize(RecordHandles handles, RecordComponent[] components) {
        this.primitive = new boolean[components.length];
        long bytes = ObjectBytes.HEADER;
        for (int index = 0; index < components.length; index++) {
            Class<?> type = components[index].getType();
            primitive[index] = type.isPrimitive();
            bytes += width(type);
            if (!primitive[index]) {
                references.add(handles.accessors()[index]);
            }
        }
        this.shallow = ObjectBytes.padded(bytes);
    }

    /** Or null when the module of the class does not let us in. */
    static RecordSize of(Class<?> type) {
        return OF_CLASS.get(type).orElse(null);
    }

    private static int width(Class<?> type) {
        if (type == long.class || type == double.class) {
            return Long.BYTES;
        }
        if (type == short.class || type == char.class) {
            return Short.BYTES;
        }
        return type == boolean.class || type == byte.class ? Byte.BYTES : Integer.BYTES;
    }

    /** Bytes of a record without what it refers to. */
    long shallow() {
        return shallow;
    }

    /** Whether the record holds a component as a number and not as an object of its own. */
    boolean isPrimitive(int component) {
        return primitive[component];
    }

    int components() {
        return primitive.length;
    }

    int references() {
        return references.size();
    }

    /** What a record refers to; null when its accessor throws, as a user's may. */
    Object reference(Record record, int index) {
        try {
            return (Object) references.get(index).invokeExact((Object) record);
        } catch (Throwable thrown) {
            if (thrown instanceof Error error) {
                throw error;
            }
            return null;
        }
    }
}

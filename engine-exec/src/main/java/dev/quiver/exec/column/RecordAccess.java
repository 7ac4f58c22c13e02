package dev.quiver.exec.column;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.Optional;

/** Takes records of one class apart and puts them together again. Immutable; one per class, kept with the class. */
final class RecordAccess {
    private static final ClassValue<Optional<RecordAccess>> CACHE = new ClassValue<>() {
        @Override
        protected Optional<RecordAccess> computeValue(Class<?> type) {
            return open(type);
        }
    };

    private final String[] names;
    private final MethodHandle[] accessors;
    private final MethodHandle constructor;

    private RecordAccess(String[] names, MethodHandle[] accessors, MethodHandle constructor) {
        this.names = names;
        this.accessors = accessors;
        this.constructor = constructor;
    }

    /** Access to a record class, or empty when its module does not let us in. */
    static Optional<RecordAccess> of(Class<?> type) {
        return CACHE.get(type);
    }

    private static Optional<RecordAccess> open(Class<?> type) {
        try {
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            RecordComponent[] components = type.getRecordComponents();
            String[] names = new String[components.length];
            MethodHandle[] accessors = new MethodHandle[components.length];
            Class<?>[] types = new Class<?>[components.length];
            for (int index = 0; index < components.length; index++) {
                names[index] = components[index].getName();
                types[index] = components[index].getType();
                accessors[index] = lookup.unreflect(components[index].getAccessor())
                        .asType(MethodType.methodType(Object.class, Object.class));
            }
            MethodHandle constructor = lookup.findConstructor(type, MethodType.methodType(void.class, types))
                    .asType(MethodType.genericMethodType(types.length))
                    .asSpreader(Object[].class, types.length);
            return Optional.of(new RecordAccess(names, accessors, constructor));
        } catch (IllegalAccessException | NoSuchMethodException | IllegalArgumentException | SecurityException closed) {
            return Optional.empty();
        }
    }

    int size() {
        return names.length;
    }

    String name(int index) {
        return names[index];
    }

    /** A component of a record; what the accessor throws passes through. */
    Object component(Object record, int index) {
        try {
            return (Object) accessors[index].invokeExact(record);
        } catch (Throwable thrown) {
            throw RecordAccess.<RuntimeException>unchecked(thrown);
        }
    }

    /** A record of these components; what the constructor throws passes through. */
    Object create(Object[] components) {
        try {
            return (Object) constructor.invokeExact(components);
        } catch (Throwable thrown) {
            throw RecordAccess.<RuntimeException>unchecked(thrown);
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E unchecked(Throwable thrown) throws E {
        throw (E) thrown;
    }
}

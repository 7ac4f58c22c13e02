package dev.quiver.exec.column;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;

/**
 * The constructor and accessors of a record class, typed so that generated code can call them exactly.
 *
 * @param constructor takes each primitive component as it is and every other as an {@code Object}; returns an {@code Object}
 * @param accessors   take an {@code Object}; return as the constructor takes
 * @param components  the types in which components are given and taken: primitive, or {@code Object}
 */
public record RecordHandles(Class<?> type, MethodHandle constructor, MethodHandle[] accessors, Class<?>[] components) {
    /** @throws IllegalAccessException when the class's module does not let the engine in */
    public static RecordHandles of(String className, ClassLoader loader) throws ReflectiveOperationException {
        return of(Class.forName(className, false, loader));
    }

    /** @throws IllegalAccessException when the class's module does not let the engine in */
    public static RecordHandles of(Class<?> type) throws ReflectiveOperationException {
        MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] exact = new Class<?>[components.length];
        Class<?>[] erased = new Class<?>[components.length];
        MethodHandle[] accessors = new MethodHandle[components.length];
        for (int index = 0; index < components.length; index++) {
            exact[index] = components[index].getType();
            erased[index] = exact[index].isPrimitive() ? exact[index] : Object.class;
            accessors[index] = lookup.unreflect(components[index].getAccessor())
                    .asType(MethodType.methodType(erased[index], Object.class));
        }
        MethodHandle constructor = lookup.findConstructor(type, MethodType.methodType(void.class, exact))
                .asType(MethodType.methodType(Object.class, erased));
        return new RecordHandles(type, constructor, accessors, erased);
    }
}

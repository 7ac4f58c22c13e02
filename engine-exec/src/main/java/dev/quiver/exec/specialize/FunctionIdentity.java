package dev.quiver.exec.specialize;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;

/**
 * Says which user functions are the same code. A function without state is its own identity and may be a constant of
 * generated code: a lambda that captures nothing is one object however often its stage is decoded. A function with state
 * is told apart by its class alone; generated code is then shared by all its instances, and is given one at a time.
 */
public final class FunctionIdentity {
    private static final ClassValue<Boolean> STATELESS = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            for (Class<?> holder = type; holder != null; holder = holder.getSuperclass()) {
                for (Field field : holder.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())) {
                        return false;
                    }
                }
            }
            return true;
        }
    };

    private static final ClassValue<RecordComponent[]> COMPONENTS = new ClassValue<>() {
        @Override
        protected RecordComponent[] computeValue(Class<?> type) {
            return type.getRecordComponents();
        }
    };

    private FunctionIdentity() {}

    /** Whether a function may be held as a constant: it has no state, is a constant of an enum, or is an adapter of the engine around such ones. */
    public static boolean isConstant(Object function) {
        Class<?> type = function.getClass();
        if (function instanceof Enum<?>) {
            return true;
        }
        if (STATELESS.get(type)) {
            return type.isHidden() || type.isRecord();
        }
        if (!type.isRecord() || !type.getName().startsWith("dev.quiver.")) {
            return false;
        }
        try {
            for (RecordComponent component : COMPONENTS.get(type)) {
                if (component.getType().isPrimitive()) {
                    continue;
                }
                component.getAccessor().setAccessible(true);
                Object part = component.getAccessor().invoke(function);
                if (part != null && !isConstant(part)) {
                    return false;
                }
            }
            return true;
        } catch (ReflectiveOperationException | RuntimeException closed) {
            return false;
        }
    }

    /** Equal for functions that generated code need not tell apart. */
    public static Object of(Object function) {
        return isConstant(function) ? function : function.getClass();
    }
}

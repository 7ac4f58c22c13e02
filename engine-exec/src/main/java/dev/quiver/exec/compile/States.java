package dev.quiver.exec.compile;

import dev.quiver.exec.column.ArrayKind;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.specialize.ClassScopedCache;
import dev.quiver.exec.specialize.FunctionIdentity;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;

/**
 * One state for each key, in primitive arrays, and the generated code that merges rows into them. The code is kept as long
 * as the application's classes live. An instance belongs to one task.
 */
public final class States {
    private record Key(String structure, List<Object> identities) {}

    /** A generated class, and which of its functions are constants. */
    private record Made(MethodHandle constructor, boolean[] constant) {}

    private static final int LOOPS_PER_CLASS = 64;
    private static final ClassScopedCache<Key, Made> LOOPS = new ClassScopedCache<>(LOOPS_PER_CLASS);

    private final StatePlan plan;
    private final StateLoop loop;
    private final Object[] arrays;
    private int capacity;

    /**
     * @param plan   whose shapes {@link LoopCompiler#knows}, and whose states {@link StatePlan#keeps} approves of
     * @param loader the application's classes
     */
    public States(StatePlan plan, ClassLoader loader) {
        this.plan = plan;
        this.loop = loop(plan, loader);
        List<ScalarCode> leaves = ColumnShapes.leaves(plan.state());
        this.arrays = new Object[leaves.size()];
        for (int index = 0; index < arrays.length; index++) {
            arrays[index] = Array.newInstance(leaves.get(index).storage.getComponentType(), 0);
        }
    }

    private static StateLoop loop(StatePlan plan, ClassLoader loader) {
        // By class, not by name: another application may have a record of the same name.
        List<Class<?>> classes = ColumnShapes.recordClasses(List.of(plan.value(), plan.state()), loader);
        if (classes == null) {
            throw new IllegalArgumentException("a record class in " + plan.structure() + " cannot be taken apart here");
        }
        List<Object> identities = new ArrayList<>(classes);
        for (Object function : plan.functions()) {
            classes.add(function.getClass());
            identities.add(FunctionIdentity.of(function));
        }
        try {
            Made made = LOOPS.get(
                    ClassScopedCache.anchor(classes, StateLoop.class),
                    new Key(plan.structure(), identities),
                    () -> define(plan, loader));
            Object[] given = plan.functions().toArray();
            for (int index = 0; index < given.length; index++) {
                given[index] = made.constant[index] ? null : given[index];
            }
            return (StateLoop) made.constructor.invokeExact(given);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new IllegalStateException("cannot compile " + plan.structure(), failure);
        }
    }

    private static Made define(StatePlan plan, ClassLoader loader) throws ReflectiveOperationException {
        StateLoopWriter writer = new StateLoopWriter(plan, loader);
        byte[] bytes = writer.write();
        MethodHandles.Lookup lookup = MethodHandles.lookup()
                .defineHiddenClassWithClassData(bytes, writer.constants().data(), true);
        MethodHandle constructor =
                lookup.findConstructor(lookup.lookupClass(), MethodType.methodType(void.class, Object[].class));
        return new Made(
                constructor.asType(MethodType.methodType(StateLoop.class, Object[].class)),
                writer.constants().constant());
    }

    /** Makes room for the states of so many keys. */
    public void reserve(int keys) {
        if (keys <= capacity) {
            return;
        }
        capacity = (int) Math.min(Integer.MAX_VALUE - 16, Math.max(64, Math.max((long) keys, capacity * 2L)));
        for (int index = 0; index < arrays.length; index++) {
            Object larger = Array.newInstance(arrays[index].getClass().getComponentType(), capacity);
            System.arraycopy(arrays[index], 0, larger, 0, Array.getLength(arrays[index]));
            arrays[index] = larger;
        }
    }

    /** How many keys there is room for; it doubles when more are reserved. */
    public int capacity() {
        return capacity;
    }

    /** Bytes of one element of each array. */
    public int[] widths() {
        int[] widths = new int[arrays.length];
        for (int index = 0; index < widths.length; index++) {
            Object array = arrays[index];
            widths[index] = array instanceof byte[]
                    ? Byte.BYTES
                    : array instanceof short[]
                            ? Short.BYTES
                            : array instanceof int[] || array instanceof float[] ? Integer.BYTES : Long.BYTES;
        }
        return widths;
    }

    /** As {@link StateLoop#merge}, after {@link #reserve}. */
    public int merge(Column[] values, int[] numbers, int from, int to, int known) throws Exception {
        return loop.merge(arrays, values, numbers, from, to, known);
    }

    /** Puts states that are in columns in place, from the first key on. */
    public void load(ColumnBatch states) {
        reserve(states.rows());
        for (int index = 0; index < arrays.length; index++) {
            System.arraycopy(ArrayKind.storageOf(states.columns().get(index)), 0, arrays[index], 0, states.rows());
        }
    }

    /** The states of the keys with the numbers {@code [from, from + count)}; returned to the caller. */
    public ColumnBatch take(int from, int count) {
        List<Column> columns = new ArrayList<>(arrays.length);
        for (Object array : arrays) {
            Object part = Array.newInstance(array.getClass().getComponentType(), count);
            System.arraycopy(array, from, part, 0, count);
            columns.add(ArrayKind.columnOf(part));
        }
        return new ColumnBatch(plan.state(), count, columns);
    }
}

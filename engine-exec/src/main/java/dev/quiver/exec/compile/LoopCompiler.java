package dev.quiver.exec.compile;

import dev.quiver.exec.specialize.ClassScopedCache;
import dev.quiver.exec.specialize.FunctionIdentity;
import dev.quiver.lineage.Op;
import dev.quiver.shape.Shape;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes classes of plans, and keeps them as long as the application's classes live: the next job with the same functions
 * finds its loop compiled by the JIT already. Safe for use by many threads.
 */
public final class LoopCompiler {
    /** @param ends does not tell plans apart, since the structure has it; for people */
    private record Key(String structure, List<Object> identities, String ends) {}

    private static final int LOOPS_PER_CLASS = 64;
    private static final ClassScopedCache<Key, CompiledLoop> LOOPS = new ClassScopedCache<>(LOOPS_PER_CLASS);

    private LoopCompiler() {}

    /** The class of a plan, or null when none was made yet. */
    public static CompiledLoop find(LoopPlan plan, ClassLoader loader) {
        List<Class<?>> records = records(plan, loader);
        return records == null ? null : LOOPS.find(anchor(plan, records), key(plan, records));
    }

    /**
     * The class of a plan, made now if need be.
     *
     * @param loader the application's classes
     * @return null when no class can be made of it, because the engine is not let into a record class
     */
    public static CompiledLoop compile(LoopPlan plan, ClassLoader loader) {
        List<Class<?>> records = records(plan, loader);
        if (records == null) {
            return null;
        }
        try {
            return LOOPS.get(anchor(plan, records), key(plan, records), () -> define(plan, loader));
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IllegalStateException("cannot compile " + plan.structure(), failure);
        }
    }

    /** The record classes that a plan names, or null when one cannot be taken apart here. */
    private static List<Class<?>> records(LoopPlan plan, ClassLoader loader) {
        List<Shape> shapes = new ArrayList<>();
        if (plan.source() instanceof LoopSource.Columns columns) {
            shapes.add(columns.shape());
        }
        if (plan.sink() instanceof LoopSink.Columns columns) {
            shapes.add(columns.shape());
        }
        return ColumnShapes.recordClasses(shapes, loader);
    }

    /** From what to what the loops lead that were made for these operators in this process and are still kept. */
    public static Set<String> made(List<Op> ops) {
        List<Class<?>> classes = new ArrayList<>();
        List<Object> identities = new ArrayList<>();
        for (Op op : ops) {
            Object function = LoopPlan.function(op);
            classes.add(function.getClass());
            identities.add(FunctionIdentity.of(function));
        }
        Set<String> ends = new TreeSet<>();
        for (Key key : LOOPS.keys(ClassScopedCache.anchor(classes, RowLoop.class))) {
            if (Collections.indexOfSubList(key.identities(), identities) >= 0) {
                ends.add(key.ends());
            }
        }
        return ends;
    }

    private static Key key(LoopPlan plan, List<Class<?>> records) {
        List<Object> identities = new ArrayList<>(records);
        for (Object function : plan.functions()) {
            identities.add(FunctionIdentity.of(function));
        }
        return new Key(plan.structure(), identities, plan.ends());
    }

    private static Class<?> anchor(LoopPlan plan, List<Class<?>> records) {
        List<Class<?>> classes = new ArrayList<>();
        for (Object function : plan.functions()) {
            classes.add(function.getClass());
        }
        classes.addAll(records);
        return ClassScopedCache.anchor(classes, RowLoop.class);
    }

    private static CompiledLoop define(LoopPlan plan, ClassLoader loader) throws ReflectiveOperationException {
        LoopWriter writer = new LoopWriter(plan, loader);
        byte[] bytes = writer.write();
        MethodHandles.Lookup lookup = MethodHandles.lookup()
                .defineHiddenClassWithClassData(bytes, writer.constants().data(), true);
        MethodType parameters =
                MethodType.methodType(void.class, Object[].class, Object.class, OpenResults.class, Runnable.class);
        MethodHandle constructor = lookup.findConstructor(lookup.lookupClass(), parameters);
        return new CompiledLoop(
                constructor.asType(constructor.type().changeReturnType(RowLoop.class)),
                writer.constants().constant());
    }

    /** Whether rows of a shape can be read from columns, or written to them, by generated code here. */
    public static boolean knows(Shape shape, ClassLoader loader) {
        return ColumnShapes.isKnown(shape)
                && records(new LoopPlan(new LoopSource.Columns(shape), List.of(), new LoopSink.Count()), loader)
                        != null;
    }

    /** Why generated code here {@link #knows} not of a shape, for people; or null when it does. */
    public static String refusal(Shape shape, ClassLoader loader) {
        String unknown = ColumnShapes.refusal(shape);
        if (unknown != null || knows(shape, loader)) {
            return unknown;
        }
        List<String> names = new ArrayList<>();
        ColumnShapes.recordClasses(shape, names);
        return "the engine is not let into the record " + String.join(" or ", names)
                + ", whose module would have to open the package";
    }
}

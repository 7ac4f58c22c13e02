package dev.quiver;

import dev.quiver.function.MapFunction;
import dev.quiver.function.MergeFunction;
import dev.quiver.lineage.CallSite;
import dev.quiver.serializer.ClosureCheck;
import dev.quiver.serializer.JavaObjects;
import java.io.Serializable;

/** Folds the first value of a key into a fresh copy of a zero value, so that a zero that can be changed is safe. */
final class ZeroValue implements MapFunction<Object, Object> {
    private static final long serialVersionUID = 1;

    private final Serializable zero;
    private final MergeFunction<Object, Object, Object> add;

    private ZeroValue(Serializable zero, MergeFunction<Object, Object, Object> add) {
        this.zero = zero;
        this.add = add;
    }

    static ZeroValue first(Object zero, MergeFunction<Object, Object, Object> add, CallSite site) {
        if (zero != null && !(zero instanceof Serializable)) {
            throw new UsageException(site + ": the zero value is a " + zero.getClass().getName()
                    + ", which is not Serializable, so tasks cannot have copies of it");
        }
        ZeroValue first = new ZeroValue((Serializable) zero, add);
        ClosureCheck.check(first, site);
        return first;
    }

    @Override
    public Object call(Object value) throws Exception {
        return add.call(JavaObjects.copy(zero), value);
    }
}

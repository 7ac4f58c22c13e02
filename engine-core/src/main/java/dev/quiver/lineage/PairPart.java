package dev.quiver.lineage;

import dev.quiver.Pair;
import dev.quiver.function.MapFunction;

/** The function of an {@link Op.Map} that takes a part of a pair: an executor that sees it need not read the other part. */
public enum PairPart implements MapFunction<Object, Object> {
    KEY,
    VALUE;

    @Override
    public Object call(Object row) {
        Pair<?, ?> pair = (Pair<?, ?>) row;
        return this == KEY ? pair.key() : pair.value();
    }
}

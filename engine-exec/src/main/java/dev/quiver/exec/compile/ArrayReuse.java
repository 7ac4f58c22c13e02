package dev.quiver.exec.compile;

import dev.quiver.exec.specialize.OnlyLooks;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PairPart;

/**
 * Whether a loop over columns may read the arrays of every row into the same few objects: when it is proved that nothing of
 * a row is kept beyond it. The JIT removes the copy of no array, so that each would cost its bytes of heap in every pass over
 * a cached dataset.
 */
final class ArrayReuse {
    private ArrayReuse() {}

    /** Follows the row up to the operator or sink that makes something else of it. */
    static boolean isSafe(LoopPlan plan) {
        for (Op op : plan.ops()) {
            if (op instanceof Op.Filter filter) {
                if (!OnlyLooks.at(filter.function(), 0)) {
                    return false;
                }
            } else if (op instanceof Op.Map map) {
                if (!(map.function() instanceof PairPart)) {
                    return OnlyLooks.at(map.function(), 0);
                }
            } else {
                return false;
            }
        }
        if (plan.sink() instanceof LoopSink.Fold fold) {
            return OnlyLooks.at(fold.add(), 1);
        }
        return plan.sink() instanceof LoopSink.ForEach each && OnlyLooks.at(each.action(), 0);
    }
}

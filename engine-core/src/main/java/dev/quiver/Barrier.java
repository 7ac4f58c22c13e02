package dev.quiver;

import dev.quiver.function.BarrierFunction;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.shape.Shape;

/**
 * A dataset whose next operator runs on all partitions at the same time. Its stage starts when there is a slot for every
 * task at once, and when one of them fails, all run again. A job cannot compute some of its partitions only, so
 * {@code take} and {@code first} are refused; the operators behind it in the same stage must keep the partitions as they
 * are.
 */
public final class Barrier<T> {
    private final Dataset<T> dataset;

    Barrier(Dataset<T> dataset) {
        this.dataset = dataset;
    }

    /** All rows of each partition at once, by functions that may wait for one another. */
    public <R> Dataset<R> mapPartitions(BarrierFunction<? super T, ? extends R> function) {
        CallSite site = dataset.checked("mapPartitions", function);
        Lineage together = dataset.session()
                .lineages()
                .narrow(
                        dataset.lineage(),
                        new Op.MapPartitions(new RowFunctions.AtBarrier(Casts.erased(function))),
                        Shape.UNKNOWN,
                        site);
        return new Dataset<>(dataset.session(), together);
    }
}

package dev.quiver.runtime.driver;

import dev.quiver.QuiverException;
import dev.quiver.stage.Action;
import java.util.ArrayList;
import java.util.List;

/** Puts together what the slices of a partition made, for the actions that {@link dev.quiver.stage.SlicedReads} allows. */
final class SlicedResult {
    private SlicedResult() {}

    /** @param slices what each slice made, in their order */
    static Object of(Action action, List<Object> slices) {
        if (action instanceof Action.Count) {
            return slices.stream().mapToLong(Long.class::cast).reduce(0, Math::addExact);
        }
        if (action instanceof Action.Reduce || action instanceof Action.Collect) {
            List<Object> all = new ArrayList<>();
            slices.forEach(slice -> all.addAll((List<?>) slice));
            return all;
        }
        if (action instanceof Action.ForEach) {
            return null;
        }
        throw new QuiverException("the results of slices cannot be put together for the action "
                + action.getClass().getSimpleName() + "; this is an error in the engine, please report it");
    }
}

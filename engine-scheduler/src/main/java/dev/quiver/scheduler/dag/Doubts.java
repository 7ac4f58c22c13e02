package dev.quiver.scheduler.dag;

import dev.quiver.scheduler.content.Contents;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.scheduler.stage.MapStage;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;

/**
 * Map outputs that are all there, and perhaps outdated: something further back has changed, and a stage in between has yet to
 * run again before it is known whether the change comes through to them.
 * <pre>
 *   changed --> taken back, not complete --> complete, doubtful --> a reader
 *      +--------------------------------------------------------------^
 * </pre>
 * A stage that reads them beside the new rows would mix both. So it waits for them as for a parent that is missing: their stage
 * is looked at, waits for its own parents, and is done at once if these come out the same.
 */
final class Doubts {
    private final Contents contents;
    private final MapOutputs outputs;
    private final OutdatedCaches caches;

    Doubts(Contents contents, MapOutputs outputs, OutdatedCaches caches) {
        this.contents = contents;
        this.outputs = outputs;
        this.caches = caches;
    }

    /** @param inputs the stages whose outputs a stage reads as things stand */
    boolean isDoubtful(MapStage stage, Function<MapStage, Set<MapStage>> inputs) {
        if (contents.now() == Contents.BEGINNING) {
            return false;
        }
        Set<MapStage> seen = new LinkedHashSet<>();
        ArrayDeque<MapStage> pending = new ArrayDeque<>();
        pending.push(stage);
        while (!pending.isEmpty()) {
            MapStage reader = pending.pop();
            if (caches.readsOutdated(reader)) {
                return true;
            }
            for (MapStage read : inputs.apply(reader)) {
                if (isDerivedAnew(read, contents.derivedAt(reader.shuffle().id()))) {
                    return true;
                }
                if (seen.add(read)) {
                    pending.push(read);
                }
            }
        }
        return false;
    }

    /** Whether outputs are missing that are to be computed from newer rows than those of a moment. */
    private boolean isDerivedAnew(MapStage stage, long moment) {
        long derived = contents.derivedAt(stage.shuffle().id());
        return !stage.isComplete(outputs) && (derived > moment || stage.readsChangedSince(derived, contents));
    }
}

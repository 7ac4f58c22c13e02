package dev.quiver.scheduler.stage;

import dev.quiver.id.StageId;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.stage.StageSink;
import java.util.BitSet;
import java.util.List;

/** Writes the map outputs of one shuffle, for every job that reads it. */
public final class MapStage extends Stage {
    private final ShuffleDependency shuffle;

    MapStage(StageId id, ShuffleDependency shuffle, List<MapStage> parents, int firstEpoch) {
        super(id, shuffle.parent(), parents, firstEpoch);
        this.shuffle = shuffle;
    }

    public ShuffleDependency shuffle() {
        return shuffle;
    }

    public boolean isComplete(MapOutputs outputs) {
        return shuffle.mapCount() == 0 || outputs.missing(shuffle.id()).isEmpty();
    }

    @Override
    public BitSet missingTasks(MapOutputs outputs) {
        return outputs.missing(shuffle.id());
    }

    @Override
    StageSink sink() {
        return new StageSink.WriteShuffle(
                shuffle.id(),
                shuffle.partitioner(),
                shuffle.keyed(),
                shuffle.mapSide().orElse(null));
    }
}

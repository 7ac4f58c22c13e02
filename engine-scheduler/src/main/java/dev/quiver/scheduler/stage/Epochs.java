package dev.quiver.scheduler.stage;

import dev.quiver.id.ShuffleId;
import java.util.BitSet;

/**
 * Keeps the versions of map outputs apart when a shuffle's stage was forgotten and is built anew: it then starts above
 * every epoch a forgotten stage has reached. One bit per shuffle is all that is remembered.
 */
final class Epochs {
    private final BitSet ran = new BitSet();
    private int floor;

    int first(ShuffleId shuffle) {
        return ran.get(shuffle.value()) ? floor : 0;
    }

    void forget(MapStage stage) {
        if (stage.nextEpoch() > 0) {
            ran.set(stage.shuffle().id().value());
            floor = Math.max(floor, stage.nextEpoch());
        }
    }
}

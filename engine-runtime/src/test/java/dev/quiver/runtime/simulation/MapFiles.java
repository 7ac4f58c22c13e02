package dev.quiver.runtime.simulation;

import dev.quiver.id.ShuffleId;
import dev.quiver.task.MapVersion;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The map outputs on the disk of an executor: those it wrote, and those it took over from others. */
final class MapFiles {
    private final Set<File> held = new LinkedHashSet<>();
    private final Set<File> lost = new LinkedHashSet<>();

    private record File(ShuffleId shuffle, MapVersion version) {}

    void add(ShuffleId shuffle, MapVersion version) {
        held.add(new File(shuffle, version));
    }

    /** The disk loses one of them; nothing happens when there is none. */
    void loseAny(int pick) {
        List<File> files = new ArrayList<>(held);
        if (!files.isEmpty()) {
            lost.add(files.get(pick % files.size()));
        }
    }

    /** Whether it lost some. */
    boolean anyLost() {
        return !lost.isEmpty();
    }

    boolean isLost(ShuffleId shuffle, MapVersion version) {
        return lost.contains(new File(shuffle, version));
    }

    /** Whether it has, or had, an output. */
    boolean had(ShuffleId shuffle, MapVersion version) {
        return held.contains(new File(shuffle, version));
    }

    /** Whether it can give them to others. */
    boolean hasAll(ShuffleId shuffle, List<MapVersion> versions) {
        for (MapVersion version : versions) {
            if (!had(shuffle, version) || isLost(shuffle, version)) {
                return false;
            }
        }
        return true;
    }

    /** Nothing reads a shuffle any more. */
    void forget(ShuffleId shuffle) {
        held.removeIf(file -> file.shuffle().equals(shuffle));
        lost.removeIf(file -> file.shuffle().equals(shuffle));
    }
}

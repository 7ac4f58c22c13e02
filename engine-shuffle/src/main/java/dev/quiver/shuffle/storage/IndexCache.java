package dev.quiver.shuffle.storage;

import dev.quiver.id.ShuffleId;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Indexes of map outputs that were read lately, up to a number of bytes. Many reduce tasks of a process read the same
 * ones. Safe for many threads; two that miss the same index both read it.
 */
final class IndexCache {
    private final long maxBytes;
    private final Map<Key, MapIndex> indexes = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    private record Key(ShuffleId shuffle, MapVersion version) {}

    /** Reads an index that is not here. */
    interface Loader {
        /** The index, or null when there is none. */
        MapIndex load(ShuffleId shuffle, MapVersion version) throws IOException;
    }

    IndexCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** The index, or null when the map output was not published: that is not remembered. */
    MapIndex get(ShuffleId shuffle, MapVersion version, Loader loader) throws IOException {
        Key key = new Key(shuffle, version);
        synchronized (this) {
            MapIndex known = indexes.get(key);
            if (known != null) {
                return known;
            }
        }
        MapIndex loaded = loader.load(shuffle, version);
        if (loaded != null) {
            put(key, loaded);
        }
        return loaded;
    }

    private synchronized void put(Key key, MapIndex index) {
        MapIndex before = indexes.put(key, index);
        bytes += index.sizeBytes() - (before == null ? 0 : before.sizeBytes());
        Iterator<MapIndex> eldest = indexes.values().iterator();
        while (bytes > maxBytes) {
            bytes -= eldest.next().sizeBytes();
            eldest.remove();
        }
    }

    synchronized void forget(ShuffleId shuffle) {
        indexes.entrySet().removeIf(entry -> {
            boolean gone = entry.getKey().shuffle().equals(shuffle);
            bytes -= gone ? entry.getValue().sizeBytes() : 0;
            return gone;
        });
    }

    /** Bytes of what is remembered. */
    synchronized long sizeBytes() {
        return bytes;
    }
}

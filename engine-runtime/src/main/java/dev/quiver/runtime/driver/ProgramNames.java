package dev.quiver.runtime.driver;

import dev.quiver.runtime.protocol.ContentHash;
import dev.quiver.runtime.protocol.ProgramId;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names programs so that the same content has the same name: a job that is run again finds its program on the executors.
 * Remembers the contents named last, small ones as they are, large ones by their hash. Belongs to the driver's loop.
 */
final class ProgramNames {
    private static final int REMEMBERED = 256;
    private static final int SMALL_BYTES = 4 << 10;

    /** @param digest the content, or its hash when it is large */
    private record Content(int length, Object digest) {
        static Content of(byte[] bytes) {
            return new Content(
                    bytes.length, bytes.length <= SMALL_BYTES ? ByteBuffer.wrap(bytes) : ContentHash.of(bytes));
        }
    }

    private final Map<Content, ProgramId> names = new LinkedHashMap<>(16, 0.75f, true);
    private long next;

    /** A name nothing had before. */
    ProgramId fresh() {
        return new ProgramId(next++);
    }

    /** The name of a program with this content. */
    ProgramId of(byte[] bytes) {
        Content content = Content.of(bytes);
        ProgramId known = names.get(content);
        if (known != null) {
            return known;
        }
        ProgramId named = fresh();
        names.put(content, named);
        if (names.size() > REMEMBERED) {
            names.remove(names.keySet().iterator().next());
        }
        return named;
    }
}

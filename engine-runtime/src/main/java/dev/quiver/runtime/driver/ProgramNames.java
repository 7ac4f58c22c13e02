package dev.quiver.runtime.driver;

import dev.quiver.runtime.protocol.ContentHash;
import dev.quiver.runtime.protocol.ProgramId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names programs so that the same content has the same name: a job that is run again finds its program on the executors.
 * Remembers the contents named last, small ones as they are, large ones by their hash. Belongs to the driver's loop.
 */
final class ProgramNames {
    private static final int REMEMBERED = 256;
    private static final int SMALL_BYTES = 4 << 10;

    /** A content as a key of a map: itself, or its hash when it is large. */
    private static final class Content {
        private final int length;
        private final byte[] digest;
        private final int hash;

        Content(byte[] bytes) {
            length = bytes.length;
            digest = length <= SMALL_BYTES ? bytes : ContentHash.of(bytes).hex().getBytes(StandardCharsets.US_ASCII);
            hash = Arrays.hashCode(digest);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Content content
                    && content.hash == hash
                    && content.length == length
                    && Arrays.equals(content.digest, digest);
        }

        @Override
        public int hashCode() {
            return hash;
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
        Content content = new Content(bytes);
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

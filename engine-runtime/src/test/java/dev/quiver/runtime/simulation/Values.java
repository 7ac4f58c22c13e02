package dev.quiver.runtime.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Results as bytes: the number under which their rows are kept. */
final class Values {
    private final List<Rows> kept = new ArrayList<>();

    byte[] keep(Rows rows) {
        kept.add(rows);
        return ByteBuffer.allocate(4).putInt(kept.size() - 1).array();
    }

    Rows of(byte[] value) {
        return kept.get(ByteBuffer.wrap(value).getInt());
    }
}

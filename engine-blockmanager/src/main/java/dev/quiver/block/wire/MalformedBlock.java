package dev.quiver.block.wire;

import java.io.IOException;

/** Bytes of a request or an answer that are not what the other side writes. */
public final class MalformedBlock extends IOException {
    private static final long serialVersionUID = 1;

    public MalformedBlock(String message) {
        super(message);
    }
}

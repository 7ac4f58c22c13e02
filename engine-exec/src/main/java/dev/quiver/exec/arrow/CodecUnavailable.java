package dev.quiver.exec.arrow;

import dev.quiver.QuiverException;

/** Bytes that are most likely fine cannot be restored, or written, because the codec's library does not load here. */
public final class CodecUnavailable extends QuiverException {
    private static final long serialVersionUID = 1;

    CodecUnavailable(String codec, Throwable cause) {
        super(
                "The native library of " + codec + " cannot be loaded in this process: " + cause
                        + ". It is unpacked to the folder java.io.tmpdir, which must be writable and allow to execute"
                        + " files. Choose another codec, or make that folder so.",
                cause);
    }
}

package dev.quiver.shuffle.format;

import java.io.IOException;
import java.nio.file.Path;

/** A file is not the segment file it should be. The message says which file, and what about it is wrong. */
public final class SegmentInvalid extends IOException {
    private static final long serialVersionUID = 1;

    SegmentInvalid(Path file, String why, Throwable cause) {
        super(file + " is no valid shuffle file: " + why, cause);
    }
}

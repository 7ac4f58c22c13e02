package dev.quiver.lineage;

import java.io.Serializable;

/**
 * A range of a file. A line belongs to the split in which its first byte lies.
 *
 * @param path       absolute path
 * @param offset     first byte
 * @param length     bytes in the split
 * @param compressed whether the file is gzip: then the split is the whole file
 */
public record FileSplit(String path, long offset, long length, boolean compressed) implements Serializable {}

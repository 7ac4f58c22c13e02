package dev.quiver.lineage;

import java.io.Serializable;

/**
 * A file of a checkpoint, as the task that wrote it reported it.
 *
 * @param name      in the folder of the checkpoint
 * @param bytes     its length
 * @param dataBytes length of the rows in it
 * @param checksum  CRC-32C of these
 */
public record CheckpointFile(String name, long bytes, long dataBytes, int checksum) implements Serializable {}

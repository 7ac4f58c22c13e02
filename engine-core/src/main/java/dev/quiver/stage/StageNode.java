package dev.quiver.stage;

import dev.quiver.StorageLevel;
import dev.quiver.id.DatasetId;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Op;
import dev.quiver.shape.Shape;
import java.io.Serializable;
import java.util.List;

/**
 * One operator of a stage.
 *
 * @param dataset      the dataset it computes
 * @param op           what it does
 * @param inputs       what it reads, in the order of the lineage's dependencies
 * @param storageLevel whether, and where, its partitions are kept: looked for before they are computed
 * @param shape        what its rows look like, as far as the definition told
 * @param callSite     the user's line
 */
public record StageNode(
        DatasetId dataset, Op op, List<StageInput> inputs, StorageLevel storageLevel, Shape shape, CallSite callSite)
        implements Serializable {}

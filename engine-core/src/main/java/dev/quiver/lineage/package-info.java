/**
 * How datasets come from one another, as data. Built by the driver's user threads, read by the scheduler, never sent
 * whole: {@link dev.quiver.stage.StagePlan} is the part of it that travels. Start at
 * {@link dev.quiver.lineage.Lineage}, then {@link dev.quiver.lineage.Op}.
 */
package dev.quiver.lineage;

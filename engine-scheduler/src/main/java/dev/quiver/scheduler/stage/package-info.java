/**
 * Stages and how they follow from the lineage: the graph, each stage's state, what a stage reads and where its tasks
 * had best run. Owned by the scheduler's event loop. Start at {@link dev.quiver.scheduler.stage.Stage}; a stage waits
 * for its parents in {@link dev.quiver.scheduler.stage.StageState.Waiting}.
 */
package dev.quiver.scheduler.stage;

/**
 * What runs when: jobs become stages, stages become task sets when their parents are complete, and go back when inputs
 * are lost. Owned by the scheduler's event loop. Start at {@link dev.quiver.scheduler.dag.DagScheduler}; what a task's
 * end means is in {@link dev.quiver.scheduler.dag.TaskEnds}, lost map outputs in {@link
 * dev.quiver.scheduler.dag.Rollbacks}.
 */
package dev.quiver.scheduler.dag;

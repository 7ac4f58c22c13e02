/**
 * The interpreter: runs a stage plan for one partition, a batch of boxed rows at a time. A
 * {@link dev.quiver.exec.pipeline.StageProgram} is immutable and shared by all tasks of its stage; everything else here
 * belongs to one task's thread. Start at {@code StageProgram}, then {@code TaskRun} and {@code Cursor}.
 */
package dev.quiver.exec.pipeline;

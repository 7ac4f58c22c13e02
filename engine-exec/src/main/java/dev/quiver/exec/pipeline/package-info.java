/**
 * Runs a stage plan for one partition. Everything starts interpreted, a batch of boxed rows at a time; the row operators
 * before the sink become generated code once enough rows came by, see {@code SegmentRun}. A {@link
 * dev.quiver.exec.pipeline.StageProgram} is immutable and shared by all tasks of its stage; everything else here belongs to
 * one task's thread. Start at {@code StageProgram}, then {@code TaskRun}, {@code Cursor} and {@code SegmentRun}.
 */
package dev.quiver.exec.pipeline;

/**
 * The compiler of stage segments: one hidden class for a source, a chain of narrow operators and a sink, with the user's
 * functions as its constants. What cannot be compiled, the interpreter in {@code dev.quiver.exec.pipeline} runs; both take
 * over from one another between any two batches. Compiled classes are shared by all threads; a {@link
 * dev.quiver.exec.compile.RowLoop} belongs to one task. Start at {@link dev.quiver.exec.compile.LoopPlan}, then {@link
 * dev.quiver.exec.compile.LoopCompiler}.
 */
package dev.quiver.exec.compile;

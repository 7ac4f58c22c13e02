/**
 * What the JIT made of the user's functions, read from its own log after a run. Plain text in, lines out; any thread. Start
 * at {@link dev.quiver.cli.inlining.InliningReport}; the log's format is read by {@code CompilationLog}.
 */
package dev.quiver.cli.inlining;

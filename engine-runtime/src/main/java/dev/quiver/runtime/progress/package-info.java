/**
 * The progress bar on a terminal. The scheduler's loop tells it what happens, one daemon thread of its own draws. Start
 * at {@link dev.quiver.runtime.progress.ConsoleProgress}; what a line looks like is decided in
 * {@link dev.quiver.runtime.progress.ProgressLine}.
 */
package dev.quiver.runtime.progress;

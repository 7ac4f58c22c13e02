/**
 * Rows that running tasks put aside on disk, in the same Arrow files that shuffles are written to. The folder is safe for
 * many threads; a file belongs to its task's thread. Start at {@link dev.quiver.shuffle.spill.SpillFolder}.
 */
package dev.quiver.shuffle.spill;

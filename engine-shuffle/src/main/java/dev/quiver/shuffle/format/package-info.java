/**
 * Shuffle files: what is in one, who writes it, how many handles are open. Safe for many threads. Start at
 * {@link dev.quiver.shuffle.format.SegmentFile}, whose javadoc draws the layout.
 */
package dev.quiver.shuffle.format;

/**
 * The reduce side: gathers the rows of one reduce partition from this process and from other executors, and proves that
 * nothing is missing, doubled or damaged. A source belongs to its task's thread; network and timer threads only add to
 * its queue. Start at {@link dev.quiver.shuffle.reader.ShuffleReader}; a failing holder is handled in {@code
 * RemoteHolder}, and what comes ahead of its task in {@link dev.quiver.shuffle.reader.ReadAhead}, which network threads feed.
 */
package dev.quiver.shuffle.reader;

/**
 * Keys of any shape that columns hold, numbered in the order in which they come, so that whatever belongs to a key lies in
 * plain arrays at its number; and the table behind numbers as keys. Everything here belongs to one task. Start at {@link dev.quiver.exec.kernel.key.KeyIndex}.
 */
package dev.quiver.exec.kernel.key;

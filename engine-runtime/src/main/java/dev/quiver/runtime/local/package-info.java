/**
 * The masters {@code local[…]}: driver and executor in one process, connected by reference. Start at
 * {@link dev.quiver.runtime.local.LocalProvider}.
 */
package dev.quiver.runtime.local;

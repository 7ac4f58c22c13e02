/**
 * Broadcast values: written into chunks by the driver, which sends each chunk to about one executor; the executors fetch
 * the others from one another. What the driver knows is in {@link dev.quiver.block.broadcast.Swarms}, safe for many threads
 * and never blocking; what an executor does in {@link dev.quiver.block.broadcast.Broadcasts}, on its task threads. Start at
 * {@link dev.quiver.block.broadcast.Swarm}, which decides who fetches what from whom.
 */
package dev.quiver.block.broadcast;

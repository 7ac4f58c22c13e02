/**
 * The port to a cluster manager. Start at {@link dev.quiver.scheduler.backend.ClusterBackend}: the driver asks it for
 * executors and hears of their ends. A {@link dev.quiver.scheduler.backend.ClusterManager} makes it.
 */
package dev.quiver.scheduler.backend;

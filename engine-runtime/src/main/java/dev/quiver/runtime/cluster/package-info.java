/**
 * The master {@code local-cluster[N,C,M]}: real executor processes on this machine. Start at
 * {@link dev.quiver.runtime.cluster.LocalClusterProvider}.
 */
package dev.quiver.runtime.cluster;

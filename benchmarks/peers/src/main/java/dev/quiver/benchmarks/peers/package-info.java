/**
 * The workloads of the benchmarks on other engines: the same data, the same checks, the same lines of output. Read
 * {@link dev.quiver.benchmarks.peers.Peers} first; each {@link dev.quiver.benchmarks.peers.Peer} is one class.
 */
package dev.quiver.benchmarks.peers;

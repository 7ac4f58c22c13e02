/**
 * Authenticated connections between the processes of one application: tells, asks and credit-controlled streams of
 * bytes whose meaning is the caller's. Connection state belongs to the I/O thread of its channel; what other threads may
 * call says so. Read {@link dev.quiver.rpc.Transport} and {@link dev.quiver.rpc.Connection} first, then {@code Frame} for
 * what is on the wire, {@code Handshake} for who may speak, {@code Outbound} for how writes are batched and bounded.
 */
package dev.quiver.rpc;

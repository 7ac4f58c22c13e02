/**
 * The exchange between stages: map tasks write batches per reduce partition, reduce tasks read them back from every
 * executor that holds some. Sub-packages by subject: {@code storage} is the port behind which map outputs live, {@code
 * store} keeps what this executor's map tasks wrote, {@code format} is its file layout, {@code compress} decides how its
 * chunks are compressed, {@code tracker} knows on the driver who holds what, {@code reader} gathers one reduce partition,
 * {@code wire} is the byte protocol between executors and {@code transfer} carries it over connections. {@code spill}
 * keeps what running tasks put aside, in the same files. Read {@link dev.quiver.shuffle.store.ShuffleStore} first, then
 * {@link dev.quiver.shuffle.reader.ShuffleReader}.
 */
package dev.quiver.shuffle;

/**
 * What users compile against. A program starts with {@link dev.quiver.Session#builder()}; the session makes
 * {@link dev.quiver.Dataset}s, these lead to {@link dev.quiver.Keyed} where rows have keys, and
 * {@link dev.quiver.Accumulator}, {@link dev.quiver.Broadcast} and {@link dev.quiver.TaskContext} are what functions may
 * use in tasks. Everything here runs on the driver's user threads: operators only build the lineage
 * ({@link dev.quiver.lineage.Lineage}), actions hand it to an {@link dev.quiver.engine.Engine}. Read
 * {@link dev.quiver.Session} first.
 */
package dev.quiver;

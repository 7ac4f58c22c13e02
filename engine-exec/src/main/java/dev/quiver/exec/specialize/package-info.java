/**
 * Hidden classes that hold user functions as constants, so that the JIT inlines them whatever else ran in this JVM, and
 * caches whose entries go away with the application's classes; and what is proved of functions from their bytecode. Everything
 * that is public here is safe for use by many threads. Start at {@link dev.quiver.exec.specialize.OwnCopy}, or at {@link
 * dev.quiver.exec.specialize.OnlyLooks}.
 */
package dev.quiver.exec.specialize;

/**
 * Hidden classes that hold user functions as constants, so that the JIT inlines them whatever else ran in this JVM, and
 * caches whose entries go away with the application's classes. Everything here is safe for use by many threads. Start at
 * {@link dev.quiver.exec.specialize.OwnCopy}.
 */
package dev.quiver.exec.specialize;

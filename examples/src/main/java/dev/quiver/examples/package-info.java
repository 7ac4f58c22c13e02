/**
 * Programs to copy: each class is one, reads from top to bottom, and uses nothing but the public API. They run by name,
 * {@code bin/quiver run wordcount}; the names are in {@code META-INF/quiver/examples}. Everything here runs on the
 * thread that called {@code main}, except the lambdas, which run in tasks. Start at
 * {@link dev.quiver.examples.WordCount}.
 */
package dev.quiver.examples;

/**
 * Executors as processes of this machine: the flags they start with, how they are watched, and why they ended. Start at
 * {@link dev.quiver.runtime.process.LocalProcessBackend}.
 */
package dev.quiver.runtime.process;

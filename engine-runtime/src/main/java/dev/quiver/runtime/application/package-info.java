/**
 * The user's program inside a process of the engine: its jars and the class loader they live in. Safe for use by many
 * threads. Start at {@link dev.quiver.runtime.application.ApplicationClassLoader}.
 */
package dev.quiver.runtime.application;

/**
 * An executor: slots that run tasks, and the data it holds for others. The same code runs in the driver's process under
 * {@code local[N]} and in a process of its own. Task threads share only the classes that say they are safe for it. Start
 * at {@link dev.quiver.runtime.executor.Executor}.
 */
package dev.quiver.runtime.executor;

/**
 * What the scheduler needs from outside, as interfaces others implement. All are called on the scheduler's event loop
 * and must not block. Start at {@link dev.quiver.scheduler.port.TaskLauncher}.
 */
package dev.quiver.scheduler.port;

/**
 * The driver: one loop that owns the scheduler and everything it decides from, the door for user threads, and the door
 * for executors. Start at {@link dev.quiver.runtime.driver.DriverEngine}; what happens on the loop is in
 * {@link dev.quiver.runtime.driver.Control}.
 */
package dev.quiver.runtime.driver;

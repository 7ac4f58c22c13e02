/**
 * Time as a collaborator: nothing else in the engine reads the machine's clock or sleeps. Start at
 * {@link dev.quiver.time.Clock}; {@link dev.quiver.time.Timer} is how a state machine waits.
 */
package dev.quiver.time;

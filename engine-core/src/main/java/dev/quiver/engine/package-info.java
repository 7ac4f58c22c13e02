/**
 * The door between the API and what executes it. Start at {@link dev.quiver.engine.Engine}.
 */
package dev.quiver.engine;

/**
 * What happens in a session, as lines of JSON in a file. The driver's loop hands over notes and never waits; a thread of this
 * package writes them. Start at {@link dev.quiver.runtime.eventlog.EventLog}.
 */
package dev.quiver.runtime.eventlog;

/**
 * The list of all settings, and the page made from it. Start at {@link dev.quiver.runtime.reference.AllKeys}.
 */
package dev.quiver.runtime.reference;

/**
 * How the processes of an application prove themselves to one another. Start at
 * {@link dev.quiver.runtime.security.WireCredentials}.
 */
package dev.quiver.runtime.security;

/** The unpacked distribution, started as a user starts it. */
package dev.quiver.start;

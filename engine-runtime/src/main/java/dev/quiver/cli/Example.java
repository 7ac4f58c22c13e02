package dev.quiver.cli;

/**
 * An example that can be run by name.
 *
 * @param name        what a user types
 * @param mainClass   what runs then
 * @param description one line
 */
record Example(String name, String mainClass, String description) {}

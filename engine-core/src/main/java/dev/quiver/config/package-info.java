/**
 * Settings: typed keys and the values set for them. Everything here is immutable. Start at
 * {@link dev.quiver.config.ConfigKey}; keys live beside the code they steer.
 */
package dev.quiver.config;

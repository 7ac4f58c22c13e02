/**
 * Pages of the documents that are made from more than one module. Start at
 * {@link dev.quiver.reference.ClusterSettingsPageTest}.
 */
package dev.quiver.reference;

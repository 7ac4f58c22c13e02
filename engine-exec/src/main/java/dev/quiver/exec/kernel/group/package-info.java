/**
 * Collecting the values of each key on primitive arrays. Belongs to the task's thread. Start at
 * {@link dev.quiver.exec.kernel.group.GroupedValues}.
 */
package dev.quiver.exec.kernel.group;

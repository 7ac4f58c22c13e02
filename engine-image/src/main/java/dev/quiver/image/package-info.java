/**
 * The container image of a distribution. Start at {@link dev.quiver.image.ImageMain}; only this package sees Jib.
 */
package dev.quiver.image;

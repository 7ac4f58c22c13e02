/**
 * What rows look like, inferred so that users never write an encoder. Start at {@link dev.quiver.shape.Shape}.
 */
package dev.quiver.shape;

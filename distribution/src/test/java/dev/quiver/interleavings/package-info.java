/**
 * What threads may do to one another, tried in many orders by a model checker. Slow, and with libraries that no module
 * needs: hence here.
 */
package dev.quiver.interleavings;

package dev.quiver.lineage;

/**
 * Marks a function whose tasks must run at the same time, all or none: they wait for one another. Whichever stage calls it
 * is a barrier stage.
 */
public interface TogetherFunction {}

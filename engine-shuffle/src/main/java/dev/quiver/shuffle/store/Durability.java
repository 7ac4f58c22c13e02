package dev.quiver.shuffle.store;

/** Where chunks are kept. */
public enum Durability {
    /** In memory, by reference, while there is room; in files beyond that. For readers in the same process. */
    MEMORY,
    /** In files. For executor processes, whose readers are elsewhere: the files are sent as they are. */
    FILES
}

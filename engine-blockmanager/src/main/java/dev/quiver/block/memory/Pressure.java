package dev.quiver.block.memory;

/**
 * How near the heap itself is to its end, whatever the budget says: user code and the engine's own objects are not in the
 * budget. Each step does what those before it do, and more.
 */
public enum Pressure {
    /** Memory is given by the rules of the budget alone. */
    NONE,
    /** No further task begins while another runs. */
    PAUSE,
    /** Besides, a task is given no more than it is guaranteed: those that hold more spill when they next ask. */
    SPILL,
    /** Besides, nobody is given anything. */
    REFUSE
}

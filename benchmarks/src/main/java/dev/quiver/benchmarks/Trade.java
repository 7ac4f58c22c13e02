package dev.quiver.benchmarks;

/** A row of several columns. */
record Trade(long id, int symbol, double price, int quantity) {
    /** The two as one: quantities add up, and the price is that of what was traded last. */
    Trade plus(Trade later) {
        return new Trade(later.id, symbol, later.price, quantity + later.quantity);
    }
}

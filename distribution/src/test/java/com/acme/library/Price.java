package com.acme.library;

/** Prices as people write them. */
public final class Price {
    private Price() {}

    public static String of(long cents) {
        return "%d.%02d".formatted(cents / 100, cents % 100);
    }
}

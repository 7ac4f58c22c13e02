package dev.quiver.benchmarks;

/** What was read of one thing: 88 bytes of numbers. */
record Totals(
        long rows,
        long sum,
        long least,
        long most,
        long first,
        long last,
        double weight,
        double lightest,
        double heaviest,
        double square,
        double cube) {
    /** Of one number. */
    static Totals of(long number) {
        double weight = number * 0.5;
        return new Totals(
                1,
                number,
                number,
                number,
                number,
                number,
                weight,
                weight,
                weight,
                weight * weight,
                weight * weight * weight);
    }

    /** Of both. */
    Totals plus(Totals other) {
        return new Totals(
                rows + other.rows,
                sum + other.sum,
                Math.min(least, other.least),
                Math.max(most, other.most),
                Math.min(first, other.first),
                Math.max(last, other.last),
                weight + other.weight,
                Math.min(lightest, other.lightest),
                Math.max(heaviest, other.heaviest),
                square + other.square,
                cube + other.cube);
    }
}

package dev.quiver.benchmarks;

/** The values of each key brought together, of rows in several forms. */
final class FormsGroup extends Forms {
    @Override
    <K, V> long work(Form<K, V> form, int partitions) {
        return form.rows()
                .groupByKey(partitions)
                .values()
                .map(values -> (long) values.size())
                .reduce(Long::sum);
    }

    @Override
    long usualKeys() {
        return 100_000;
    }
}

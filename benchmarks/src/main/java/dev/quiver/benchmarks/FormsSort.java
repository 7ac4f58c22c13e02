package dev.quiver.benchmarks;

/** Rows in several forms, sorted by key. */
final class FormsSort extends Forms {
    @Override
    <K, V> long work(Form<K, V> form, int partitions) {
        return form.rows().sortByKey(true, partitions).rows().count();
    }
}

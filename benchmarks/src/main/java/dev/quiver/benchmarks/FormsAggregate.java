package dev.quiver.benchmarks;

/** One value for each key, of rows in several forms. */
final class FormsAggregate extends Forms {
    @Override
    <K, V> long work(Form<K, V> form, int partitions) {
        return form.rows().reduceByKey(form.merge(), partitions).count();
    }
}

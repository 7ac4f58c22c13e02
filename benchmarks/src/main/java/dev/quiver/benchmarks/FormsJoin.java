package dev.quiver.benchmarks;

/** Rows in several forms joined with a dimension. */
final class FormsJoin extends Forms {
    @Override
    <K, V> long work(Form<K, V> form, int partitions) {
        return form.rows()
                .join(form.dimension(), partitions)
                .values()
                .map(both -> both.value())
                .reduce(Long::sum);
    }
}

package dev.quiver;

import dev.quiver.lineage.Aggregation;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Aggregates the pairs of a partition, as simply as can be. */
record LocalAggregation(Aggregation aggregation) {
    Iterator<?> of(Iterator<Object> rows) throws Exception {
        Map<Object, Object> byKey = new LinkedHashMap<>();
        while (rows.hasNext()) {
            Pair<?, ?> row = (Pair<?, ?>) rows.next();
            Object key = row.key();
            Object soFar = byKey.get(key);
            // A null may be a merged value: only the key tells whether it is the first.
            boolean first = soFar == null && !byKey.containsKey(key);
            byKey.put(key, first ? begin(row.value()) : add(soFar, row.value()));
        }
        return byKey.entrySet().stream()
                .map(entry -> new Pair<>(entry.getKey(), entry.getValue()))
                .iterator();
    }

    private Object begin(Object value) throws Exception {
        if (aggregation instanceof Aggregation.Combine combine) {
            return combine.create().call(value);
        }
        if (aggregation instanceof Aggregation.Group) {
            List<Object> group = new ArrayList<>();
            group.add(value);
            return group;
        }
        return value;
    }

    private Object add(Object soFar, Object value) throws Exception {
        if (aggregation instanceof Aggregation.Reduce reduce) {
            return reduce.merge().call(soFar, value);
        }
        if (aggregation instanceof Aggregation.Combine combine) {
            return combine.add().call(soFar, value);
        }
        List<Object> group = Casts.erased(soFar);
        group.add(value);
        return group;
    }
}

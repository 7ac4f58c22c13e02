package dev.quiver;

import dev.quiver.id.DatasetId;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.FileSplit;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.ReadSide;
import dev.quiver.lineage.RoundRobin;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.serializer.JavaObjects;
import dev.quiver.stage.Action;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** What the operators mean, in the plainest code: an oracle for small lineages. */
final class Interpreter {
    private final Map<DatasetId, List<? extends List<?>>> slices;

    Interpreter(Map<DatasetId, List<? extends List<?>>> slices) {
        this.slices = slices;
    }

    Object act(Action action, Lineage lineage, int partition) throws Exception {
        List<Object> rows = rows(lineage, partition);
        if (action instanceof Action.Count) {
            return (long) rows.size();
        } else if (action instanceof Action.Collect collect) {
            return new ArrayList<>(rows.subList(0, (int) Math.min(rows.size(), collect.limit())));
        } else if (action instanceof Action.Reduce reduce) {
            List<Object> merged = new ArrayList<>();
            for (Object row : rows) {
                if (merged.isEmpty()) {
                    merged.add(row);
                } else {
                    merged.set(0, reduce.merge().call(merged.get(0), row));
                }
            }
            return merged;
        } else if (action instanceof Action.Fold fold) {
            Object folded = JavaObjects.copy(fold.zero());
            for (Object row : rows) {
                folded = fold.add().call(folded, row);
            }
            return folded;
        } else if (action instanceof Action.ForEach each) {
            for (Object row : rows) {
                each.function().call(row);
            }
            return null;
        } else if (action instanceof Action.FoldPartition fold) {
            return fold.function().call(rows.iterator());
        }
        if (action instanceof Action.SampleKeys sample) {
            List<Object> keys = new ArrayList<>();
            rows.forEach(row -> keys.add(((Pair<?, ?>) row).key()));
            Collections.shuffle(keys, new Random(partition));
            return new Pair<>(
                    (long) keys.size(), new ArrayList<>(keys.subList(0, Math.min(keys.size(), sample.keys()))));
        }
        Action.SaveText save = (Action.SaveText) action;
        String name = "part-%05d".formatted(partition);
        String text = rows.stream().map(row -> row + "\n").collect(Collectors.joining());
        Files.writeString(Path.of(save.directory(), name), text);
        return new Action.SavedPart(name, text.getBytes(StandardCharsets.UTF_8).length, rows.size());
    }

    List<Object> rows(Lineage lineage, int partition) throws Exception {
        List<Object> in = new ArrayList<>();
        for (Dependency dependency : lineage.dependencies()) {
            in.addAll(input(dependency, partition));
        }
        Op op = lineage.op();
        List<Object> out = new ArrayList<>();
        if (op instanceof Op.Collection) {
            out.addAll(slices.get(lineage.id()).get(partition));
        } else if (op instanceof Op.Range range) {
            long from = partition * range.rows() / range.partitionCount();
            long to = (partition + 1) * range.rows() / range.partitionCount();
            for (long index = from; index < to; index++) {
                out.add(range.start() + index * range.step());
            }
        } else if (op instanceof Op.TextFile text) {
            out.addAll(lines(text.splits().get(partition)));
        } else if (op instanceof Op.MapPartitions map) {
            map.function().call(partition, in.iterator()).forEachRemaining(out::add);
        } else if (op instanceof Op.AggregateByKey aggregate) {
            new LocalAggregation(aggregate.aggregation()).of(in.iterator()).forEachRemaining(out::add);
        } else if (op instanceof Op.Concatenate) {
            out.addAll(in);
        } else if (op instanceof Op.ShuffleRead read) {
            return read(read.readSide(), in);
        } else if (op instanceof Op.CoGroup coGroup) {
            Map<Object, List<List<Object>>> groups = new LinkedHashMap<>();
            for (int side = 0; side < coGroup.inputCount(); side++) {
                for (Object row : input(lineage.dependencies().get(side), partition)) {
                    Pair<?, ?> pair = (Pair<?, ?>) row;
                    groups.computeIfAbsent(pair.key(), key -> List.of(new ArrayList<>(), new ArrayList<>()))
                            .get(side)
                            .add(pair.value());
                }
            }
            groups.forEach((key, lists) -> out.add(Pair.of(key, lists)));
        } else {
            for (Object row : in) {
                one(op, row, out);
            }
        }
        return out;
    }

    private static void one(Op op, Object row, List<Object> out) throws Exception {
        if (op instanceof Op.Map map) {
            out.add(map.function().call(row));
        } else if (op instanceof Op.Filter filter) {
            if (filter.function().test(row)) {
                out.add(row);
            }
        } else if (op instanceof Op.FlatMap map) {
            map.function().call(row).forEach(out::add);
        } else if (op instanceof Op.MapValues map) {
            Pair<?, ?> pair = (Pair<?, ?>) row;
            out.add(Pair.of(pair.key(), map.function().call(pair.value())));
        } else if (op instanceof Op.KeyBy keyBy) {
            out.add(Pair.of(keyBy.function().call(row), row));
        } else {
            throw new AssertionError(op);
        }
    }

    private List<Object> input(Dependency dependency, int partition) throws Exception {
        List<Object> rows = new ArrayList<>();
        if (dependency instanceof Dependency.Narrow narrow) {
            for (int parent : narrow.mapping().parents(partition)) {
                rows.addAll(rows(narrow.parent(), parent));
            }
            return rows;
        }
        ShuffleDependency shuffle = (ShuffleDependency) dependency;
        for (int map = 0; map < shuffle.mapCount(); map++) {
            int turn = shuffle.partitioner() instanceof RoundRobin dealing ? dealing.start(map) : 0;
            for (Object row : rows(shuffle.parent(), map)) {
                int target = shuffle.partitioner() instanceof RoundRobin
                        ? turn++ % shuffle.reduceCount()
                        : shuffle.partitioner().partition(((Pair<?, ?>) row).key());
                if (target == partition) {
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    private static List<Object> read(ReadSide side, List<Object> rows) throws Exception {
        if (side instanceof ReadSide.Aggregated aggregated) {
            List<Object> merged = new ArrayList<>();
            new LocalAggregation(aggregated.aggregation()).of(rows.iterator()).forEachRemaining(merged::add);
            return merged;
        }
        if (side instanceof ReadSide.SortedByKey sorted) {
            rows.sort(Comparator.comparing(row -> ((Pair<?, ?>) row).key(), sorted.order()));
        }
        return rows;
    }

    private static List<String> lines(FileSplit split) throws Exception {
        byte[] bytes = Files.readAllBytes(Path.of(split.path()));
        if (split.compressed()) {
            try (InputStream stream = new GZIPInputStream(Files.newInputStream(Path.of(split.path())))) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
            }
        }
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int index = 0; index <= bytes.length; index++) {
            if (index == bytes.length ? index > start : bytes[index] == '\n') {
                if (start >= split.offset() && start < split.offset() + split.length()) {
                    lines.add(new String(bytes, start, index - start, StandardCharsets.UTF_8));
                }
                start = index + 1;
            }
        }
        return lines;
    }
}

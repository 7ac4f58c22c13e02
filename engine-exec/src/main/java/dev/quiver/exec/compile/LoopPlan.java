package dev.quiver.exec.compile;

import dev.quiver.lineage.JoinKind;
import dev.quiver.lineage.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one generated loop does: where rows come from, what happens to each, and where they go.
 *
 * @param ops {@code Map}, {@code Filter}, {@code MapValues}, {@code KeyBy} and {@code FlatMap} only
 */
public record LoopPlan(LoopSource source, List<Op> ops, LoopSink sink) {
    /** Longer chains stay interpreted: the class for them would outgrow what a class file can hold. */
    public static final int MOST_OPS = 8000;

    /** Each flatMap is a loop within a loop, and the JIT gives up on deep nests. */
    public static final int MOST_FLAT_MAPS = 6;

    public LoopPlan {
        ops = List.copyOf(ops);
    }

    /**
     * Whether an operator works on one row at a time, so that it can be part of a loop. The joining of groups does too, but
     * left alone it runs as a hash join, which makes no groups.
     */
    public static boolean fuses(Op op) {
        return op instanceof Op.Map
                || op instanceof Op.Filter
                || op instanceof Op.MapValues
                || op instanceof Op.KeyBy
                || op instanceof Op.FlatMap flatMap && !(flatMap.function() instanceof JoinKind);
    }

    /** The user's function in an operator that {@link #fuses}. */
    public static Object function(Op op) {
        if (op instanceof Op.Map map) {
            return map.function();
        }
        if (op instanceof Op.Filter filter) {
            return filter.function();
        }
        if (op instanceof Op.MapValues map) {
            return map.function();
        }
        if (op instanceof Op.KeyBy keyBy) {
            return keyBy.function();
        }
        if (op instanceof Op.FlatMap flatMap) {
            return flatMap.function();
        }
        throw new IllegalArgumentException(op + " is not a row operator");
    }

    /** Why this cannot be compiled, or null when it can. */
    public static String refusal(List<Op> ops) {
        if (ops.size() > MOST_OPS) {
            return "it has " + ops.size() + " operators, and at most " + MOST_OPS + " are compiled together";
        }
        long flatMaps = ops.stream().filter(op -> op instanceof Op.FlatMap).count();
        return flatMaps > MOST_FLAT_MAPS
                ? "it has " + flatMaps + " flatMaps, and at most " + MOST_FLAT_MAPS + " are nested in one loop"
                : null;
    }

    /** Functions in the order in which the loop calls them, the sink's last. */
    List<Object> functions() {
        List<Object> functions = new ArrayList<>(ops.size() + 1);
        for (Op op : ops) {
            functions.add(function(op));
        }
        if (sink.function() != null) {
            functions.add(sink.function());
        }
        return functions;
    }

    /** From what to what it leads, for people. */
    public String ends() {
        String from = source instanceof LoopSource.Range
                ? "a range"
                : source instanceof LoopSource.Columns columns ? "columns of " + columns.shape() : "objects";
        String to = sink instanceof LoopSink.Columns columns
                ? "columns of " + columns.shape()
                : sink instanceof LoopSink.Each || sink instanceof LoopSink.InPlace
                        ? "objects"
                        : sink.structure().replace("[]", "").toLowerCase(Locale.ROOT);
        return "from " + from + " to " + to;
    }

    /** Source, kinds of operators and sink, without the functions. */
    String structure() {
        StringBuilder text = new StringBuilder(source.toString());
        for (Op op : ops) {
            text.append('>').append(op.getClass().getSimpleName());
        }
        return text.append('>').append(sink.structure()).toString();
    }
}

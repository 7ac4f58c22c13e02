package dev.quiver;

import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.JoinKind;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.ReadSide;
import dev.quiver.serializer.Lambdas;
import dev.quiver.shape.Shape;
import dev.quiver.shape.Shapes;
import java.io.Serializable;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/** Says in words where the shape of a dataset comes from, and why parts of it have to wait for the first rows. */
final class ShapeOrigin {
    private ShapeOrigin() {}

    static String of(Lineage node) {
        String origin = origin(node.op());
        Shape shape = node.shape();
        String unknown = shape instanceof Shape.Unknown
                ? "because " + whyUnknown(node.op(), shape)
                : hasUnknown(shape)
                        ? origin + "; the rest by first rows, because " + whyUnknown(node.op(), shape)
                        : origin;
        String opaque = opaqueIn(shape);
        if (opaque == null) {
            return unknown;
        }
        String why = opaque.contains(" ") ? opaque : opaque + " is no record or other kind with columns of its own";
        return unknown + "; opaque, because " + why + ": it travels as the bytes of a serializer";
    }

    private static String origin(Op op) {
        if (op instanceof Op.Checkpointed || op instanceof Op.LocallyCheckpointed) {
            return "as it was before the checkpoint";
        }
        if (op instanceof Op.Range || op instanceof Op.TextFile) {
            return "given by the source";
        }
        if (op instanceof Op.Collection) {
            return "from the class of the values";
        }
        Serializable function = function(op);
        if (function != null && Lambdas.serializedForm(function).isPresent() && !isEngine(function)) {
            return "from the lambda";
        }
        if (aggregation(op) != null) {
            return "from its input and the functions";
        }
        if (op instanceof Op.CoGroup || op instanceof Op.FlatMap) {
            return "from its inputs";
        }
        return "as its input";
    }

    private static String whyUnknown(Op op, Shape shape) {
        if (op instanceof Op.CoGroup) {
            return "a list of values per input has no columns of its own";
        }
        boolean keepsTheRest = op instanceof Op.MapValues && !hasUnknown(Shapes.value(shape))
                || op instanceof Op.KeyBy && !hasUnknown(Shapes.key(shape));
        if (keepsTheRest) {
            return "those of its input are";
        }
        if (op instanceof Op.Collection) {
            return "the values are lists, or of several classes";
        }
        if (op instanceof Op.FlatMap flatMap && !(flatMap.function() instanceof JoinKind)) {
            return "Java does not keep what a collection returned by a function holds";
        }
        if (op instanceof Op.MapPartitions) {
            return "Java does not keep what an iterator returned by a function holds";
        }
        Serializable function = function(op);
        if (function == null || isEngine(function)) {
            return aggregation(op) instanceof Aggregation.Combine
                    ? "nothing tells what the accumulators are"
                    : "those of its input are";
        }
        if (Lambdas.serializedForm(function).isEmpty()) {
            return "the function is an object of " + function.getClass().getName() + ", not a lambda";
        }
        return Lambdas.resultType(function)
                .map(ShapeOrigin::whyUnknown)
                .orElse("the result type of the lambda cannot be read");
    }

    private static String whyUnknown(Type type) {
        if (type == Pair.class || type == java.util.List.class || type == java.util.Optional.class) {
            return "a lambda that returns a " + ((Class<?>) type).getSimpleName()
                    + " does not keep of what; a reference to a method does";
        }
        if (type instanceof Class<?> raw && raw.isRecord()) {
            return "of some components of " + raw.getSimpleName() + " the type says too little";
        }
        if (type instanceof Class<?> || type instanceof ParameterizedType) {
            return "the lambda returns " + type.getTypeName() + ", which may be many things";
        }
        return "the lambda returns the type variable " + type.getTypeName();
    }

    /** How an operator merges values, or null when it does not. */
    private static Aggregation aggregation(Op op) {
        if (op instanceof Op.AggregateByKey aggregate) {
            return aggregate.aggregation();
        }
        return op instanceof Op.ShuffleRead read && read.readSide() instanceof ReadSide.Aggregated aggregated
                ? aggregated.aggregation()
                : null;
    }

    private static Serializable function(Op op) {
        if (op instanceof Op.Map map) {
            return map.function();
        }
        if (op instanceof Op.MapValues map) {
            return map.function();
        }
        return op instanceof Op.KeyBy keyBy ? keyBy.function() : null;
    }

    /** Adapters of the engine pass on what they are given. */
    private static boolean isEngine(Serializable function) {
        String name = function.getClass().getName();
        return name.startsWith("dev.quiver.RowFunctions")
                || name.startsWith("dev.quiver.Shuffles")
                || name.startsWith("dev.quiver.Keyed")
                || name.startsWith("dev.quiver.JoinRows");
    }

    private static boolean hasUnknown(Shape shape) {
        if (shape instanceof Shape.PairOf pair) {
            return hasUnknown(pair.key()) || hasUnknown(pair.value());
        }
        if (shape instanceof Shape.RecordOf record) {
            return record.components().stream().anyMatch(component -> hasUnknown(component.shape()));
        }
        return shape instanceof Shape.Unknown;
    }

    /** What the first opaque part is, or null. */
    private static String opaqueIn(Shape shape) {
        if (shape instanceof Shape.PairOf pair) {
            String key = opaqueIn(pair.key());
            return key != null ? key : opaqueIn(pair.value());
        }
        if (shape instanceof Shape.RecordOf record) {
            return record.components().stream()
                    .map(component -> opaqueIn(component.shape()))
                    .filter(java.util.Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }
        if (shape instanceof Shape.ListOf list) {
            return opaqueIn(list.element());
        }
        if (shape instanceof Shape.OptionalOf optional) {
            return opaqueIn(optional.element());
        }
        return shape instanceof Shape.Opaque opaque ? opaque.why() : null;
    }
}

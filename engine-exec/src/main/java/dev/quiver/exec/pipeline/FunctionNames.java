package dev.quiver.exec.pipeline;

import dev.quiver.exec.compile.LoopPlan;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.ReadSide;
import dev.quiver.serializer.Lambdas;
import dev.quiver.stage.Action;
import dev.quiver.stage.StageNode;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.StageSink;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Names the user's functions of a stage for a {@link FunctionListener}: those that are called row by row, since one that is
 * given a whole partition is inlined nowhere.
 */
final class FunctionNames {
    private static final int MOST_OPERATORS_NAMED = 8;

    private final FunctionListener listener;
    private final String stage;

    private FunctionNames(FunctionListener listener, String stage) {
        this.listener = listener;
        this.stage = stage;
    }

    /** @param last its functions may be copies that stand in for those of the plan */
    static void tell(FunctionListener listener, StagePlan plan, Segment last) {
        FunctionNames names = new FunctionNames(listener, stage(plan));
        Map<StageNode, String> places = places(plan);
        for (StageNode node : plan.nodes()) {
            for (Object function : functions(node.op())) {
                names.tell(function, function, places.get(node));
            }
        }
        for (int index = 0; index < last.ops.size(); index++) {
            Object original = LoopPlan.function(last.ops.get(index));
            Object copy = LoopPlan.function(last.loopOps().get(index));
            if (copy != original) {
                names.tell(copy, original, places.get(last.nodes.get(index)));
            }
        }
        if (plan.sink() instanceof StageSink.Produce produce) {
            for (Object function : functions(produce.action())) {
                names.tell(function, function, "the action");
            }
        }
    }

    /** Where each operator was called, numbered where one line calls it several times. */
    private static Map<StageNode, String> places(StagePlan plan) {
        Map<StageNode, String> places = new IdentityHashMap<>();
        Map<CallSite, Integer> calls = new HashMap<>();
        for (StageNode node : plan.nodes()) {
            CallSite site = node.callSite();
            int number = functions(node.op()).isEmpty() ? 1 : calls.merge(site, 1, Integer::sum);
            places.put(
                    node,
                    number == 1
                            ? site.toString()
                            : new CallSite(site.operator() + " number " + number, site.location()).toString());
        }
        return places;
    }

    /** An adapter of the engine is told under the name of the user's function in it; without one, nobody asks for it. */
    private void tell(Object called, Object named, String where) {
        Object user = CallSite.isEngine(named.getClass().getName()) ? userPart(named) : named;
        if (user == null) {
            return;
        }
        listener.onFunction(called.getClass(), name(user) + " of " + where, stage);
        if (user != named) {
            tell(user, user, where);
        }
    }

    private static Object userPart(Object adapter) {
        if (adapter.getClass().isRecord()) {
            for (RecordComponent component : adapter.getClass().getRecordComponents()) {
                Object part = part(adapter, component);
                if (part instanceof Serializable
                        && !CallSite.isEngine(part.getClass().getName())) {
                    return part;
                }
            }
        }
        return null;
    }

    private static Object part(Object adapter, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(adapter);
        } catch (ReflectiveOperationException | RuntimeException closed) {
            return null;
        }
    }

    private static String name(Object function) {
        return Lambdas.serializedForm(function)
                .map(FunctionNames::name)
                .orElseGet(() -> simple(function.getClass().getName()));
    }

    private static String name(SerializedLambda lambda) {
        String method = lambda.getImplMethodName();
        return method.startsWith("lambda$")
                ? "lambda"
                : simple(lambda.getImplClass().replace('/', '.')) + "::" + (method.equals("<init>") ? "new" : method);
    }

    private static String simple(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }

    /** What the stage does, and where the last of it was defined. */
    private static String stage(StagePlan plan) {
        List<String> operators = new ArrayList<>();
        for (StageNode node : plan.nodes()) {
            operators.add(node.callSite().operator());
        }
        if (operators.size() > MOST_OPERATORS_NAMED) {
            int more = operators.size() - MOST_OPERATORS_NAMED + 1;
            operators
                    .subList(MOST_OPERATORS_NAMED / 2, MOST_OPERATORS_NAMED / 2 + more)
                    .clear();
            operators.add(MOST_OPERATORS_NAMED / 2, more + " more");
        }
        operators.add(
                plan.sink() instanceof StageSink.Produce produce
                        ? produce.action()
                                .getClass()
                                .getSimpleName()
                                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                                .toLowerCase(Locale.ROOT)
                        : "shuffle");
        CallSite end = plan.root().callSite();
        return operators.stream().collect(Collectors.joining(" > ")) + " at " + end.location();
    }

    private static List<Object> functions(Op op) {
        if (LoopPlan.fuses(op)) {
            return List.of(LoopPlan.function(op));
        }
        if (op instanceof Op.FlatMap flatMap) {
            return List.of(flatMap.function());
        }
        if (op instanceof Op.ShuffleRead read) {
            if (read.readSide() instanceof ReadSide.SortedByKey sorted) {
                return List.of(sorted.order());
            }
            return read.readSide() instanceof ReadSide.Aggregated aggregated
                    ? functions(aggregated.aggregation())
                    : List.of();
        }
        return op instanceof Op.AggregateByKey aggregate ? functions(aggregate.aggregation()) : List.of();
    }

    private static List<Object> functions(Aggregation aggregation) {
        if (aggregation instanceof Aggregation.Reduce reduce) {
            return List.of(reduce.merge());
        }
        return aggregation instanceof Aggregation.Combine combine
                ? List.of(combine.create(), combine.add(), combine.merge())
                : List.of();
    }

    private static List<Object> functions(Action action) {
        if (action instanceof Action.Reduce reduce) {
            return List.of(reduce.merge());
        }
        if (action instanceof Action.Fold fold) {
            return List.of(fold.add());
        }
        return action instanceof Action.ForEach forEach ? List.of(forEach.function()) : List.of();
    }
}

package dev.quiver.serializer;

import java.io.NotSerializableException;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Says in a sentence or two what a function captures that cannot travel, and what to do about it. */
final class CaptureReport {
    private static final String COPY = "Copy what you need into a local variable";
    private static final String OPEN_THERE = "it belongs to this process. Open one inside the function instead, once for"
            + " each partition with mapPartitions";

    /** What to do about well-known kinds, by the name of a class or interface, so that none has to be on the class path. */
    private static final Map<String, String> REMEDIES = Map.ofEntries(
            Map.entry("dev.quiver.Dataset",
                    "a Dataset cannot be used inside a task; collect or broadcast it first"),
            Map.entry("dev.quiver.Keyed",
                    "a Keyed dataset cannot be used inside a task; join with it, or collect or broadcast it first"),
            Map.entry("dev.quiver.Session",
                    "a Session cannot be used inside a task; only the driver starts jobs. Compute what the function needs"
                            + " before, and capture or broadcast the result"),
            Map.entry("java.lang.Thread", "a thread belongs to this process. Tasks already run side by side"),
            Map.entry("java.util.concurrent.Executor",
                    "a thread pool belongs to this process. Tasks already run side by side"),
            Map.entry("java.util.concurrent.locks.Lock",
                    "a lock belongs to this process. Tasks share no memory; use an Accumulator to add things up"),
            Map.entry("java.io.InputStream", OPEN_THERE),
            Map.entry("java.io.OutputStream", OPEN_THERE),
            Map.entry("java.io.Reader", OPEN_THERE),
            Map.entry("java.io.Writer", OPEN_THERE),
            Map.entry("java.nio.channels.Channel", OPEN_THERE),
            Map.entry("java.sql.Connection", OPEN_THERE),
            Map.entry("java.sql.Statement", OPEN_THERE),
            Map.entry("java.util.stream.BaseStream",
                    "a stream can be read only once. Collect it into a list and capture that"),
            Map.entry("java.util.Iterator", "an iterator can be read only once. Capture the list behind it"),
            Map.entry("java.util.Optional",
                    "Java does not serialize an Optional. Capture what it holds, or null, in a local variable"));

    private CaptureReport() {}

    static String of(Object function, Throwable failure) {
        return CaptureSearch.firstThatCannotTravel(function)
                .map(culprit -> sentence(function, culprit))
                .orElseGet(() -> withoutPath(failure));
    }

    private static String withoutPath(Throwable failure) {
        String why = failure instanceof NotSerializableException
                ? "it captures an object of class " + failure.getMessage() + ", which is not Serializable"
                : failure instanceof StackOverflowError
                        ? "it captures objects that are linked too deeply; capture a list or an array of them"
                        : "serializing what it captures failed with " + failure;
        return "the function cannot travel to executors: " + why;
    }

    private static String sentence(Object function, CaptureSearch.Captured culprit) {
        Deque<CaptureSearch.Captured> path = new ArrayDeque<>();
        for (CaptureSearch.Captured step = culprit; step.holder() != null; step = step.holder()) {
            path.push(step);
        }
        if (path.isEmpty()) {
            return "a " + name(function.getClass()) + " cannot travel to executors, because it is not Serializable";
        }
        CaptureSearch.Captured first = path.pop();
        String fields = path.stream()
                .filter(step -> step.field() != null)
                .map(step -> step.field().getName())
                .collect(Collectors.joining("."));
        Optional<String> remedy = remedy(culprit.object());
        if (path.isEmpty() && remedy.isPresent() && remedy.get().startsWith("a ")) {
            return remedy.get();
        }
        String captured = "the function captures " + subject(function, first);
        if (fields.isEmpty()) {
            String why = path.isEmpty() ? "" : " that leads to a " + name(culprit.object().getClass());
            return captured + why + ", which cannot travel to executors"
                    + remedy.map(text -> ": " + text).orElseGet(() -> ", because "
                            + culprit.object().getClass().getSimpleName() + " is not Serializable. " + COPY
                            + ", or let the class implement Serializable.");
        }
        String type = name(culprit.field() != null ? culprit.field().getType() : culprit.object().getClass());
        return captured + ", whose field '" + fields + "' (" + type + ") cannot travel to executors"
                + remedy.map(text -> ": " + text).orElse("") + ". " + COPY + ", or make the field transient.";
    }

    /** What the function captures directly, in the words of its source. */
    private static String subject(Object function, CaptureSearch.Captured first) {
        String type = name(first.object().getClass());
        Optional<SerializedLambda> lambda = Lambdas.serializedForm(function);
        if (lambda.isPresent()) {
            boolean receiver = lambda.get().getCapturedArgCount() > 0
                    && lambda.get().getCapturedArg(0) == first.object()
                    && lambda.get().getImplMethodKind() != MethodHandleInfo.REF_invokeStatic;
            if (!receiver) {
                return "a " + type;
            }
            return lambda.get().getImplMethodName().startsWith("lambda$")
                    ? "'this' of " + first.object().getClass().getSimpleName()
                    : "a " + type + ", whose method " + lambda.get().getImplMethodName() + " it is";
        }
        Field field = first.field();
        if (field == null) {
            return "a " + type;
        }
        if (field.getName().startsWith("this$")) {
            return "'this' of " + first.object().getClass().getSimpleName()
                    + ", because its class is declared inside it and is not static";
        }
        return field.getName().startsWith("val$")
                ? "the variable '" + field.getName().substring("val$".length()) + "', a " + type
                : "a " + type + " in its field '" + field.getName() + "'";
    }

    private static Optional<String> remedy(Object culprit) {
        return supertypes(culprit.getClass(), new LinkedHashSet<>()).stream()
                .map(REMEDIES::get)
                .filter(text -> text != null)
                .findFirst();
    }

    private static Set<String> supertypes(Class<?> type, Set<String> names) {
        if (type != null && names.add(type.getName())) {
            supertypes(type.getSuperclass(), names);
            for (Class<?> parent : type.getInterfaces()) {
                supertypes(parent, names);
            }
        }
        return names;
    }

    private static String name(Class<?> type) {
        return type.getTypeName();
    }
}

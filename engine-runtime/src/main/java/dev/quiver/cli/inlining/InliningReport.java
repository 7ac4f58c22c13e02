package dev.quiver.cli.inlining;

import dev.quiver.cli.inlining.CompiledMethod.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Says of each function of each stage whether the JIT inlined it, and if not, why and what a person can do. */
public final class InliningReport {
    /** Hidden classes of the engine: the loops of stages, and the kernels that call a function. */
    private static final Predicate<String> LOOPS =
            name -> name.startsWith("dev.quiver.exec.") && (name.contains("/0x") || name.contains("+0x"));

    private final Map<String, List<NamedFunction>> byClass = new LinkedHashMap<>();
    private final Map<String, String> verdicts = new LinkedHashMap<>();
    private final Set<String> troubles = new LinkedHashSet<>();

    private InliningReport(List<NamedFunction> functions, List<CompiledMethod> compiled) {
        for (NamedFunction function : functions) {
            byClass.computeIfAbsent(function.className(), name -> new ArrayList<>())
                    .add(function);
        }
        for (CompiledMethod method : settled(compiled)) {
            if (method.failure() != null) {
                troubles.add("the JIT could not compile a loop, " + loop(method) + ", and runs it slowly: "
                        + method.failure() + "; write shorter functions, or split the stage");
            }
            method.calls().forEach(this::look);
        }
    }

    /**
     * The lines for what all processes of a run wrote into a folder: {@code jit-pidPID.log} and {@code functions-PID.txt}.
     *
     * @throws IOException when the folder cannot be read
     */
    public static List<String> read(Path folder) throws IOException {
        Set<String> lines = new LinkedHashSet<>();
        List<Path> noted;
        try (var files = Files.list(folder)) {
            noted = files.filter(file -> file.getFileName().toString().startsWith("functions-"))
                    .sorted()
                    .toList();
        }
        for (Path functions : noted) {
            Path log = folder.resolve(functions
                    .getFileName()
                    .toString()
                    .replace("functions-", "jit-pid")
                    .replace(".txt", ".log"));
            if (Files.exists(log)) {
                lines.addAll(lines(NamedFunction.read(functions), CompilationLog.read(log, LOOPS)));
            } else {
                lines.add("process " + functions.getFileName() + " left no log of its JIT: it was killed");
            }
        }
        if (lines.isEmpty()) {
            lines.add("no stage ran a function");
        }
        return List.copyOf(lines);
    }

    /** One line a function and stage. */
    static List<String> lines(List<NamedFunction> functions, List<CompiledMethod> compiled) {
        InliningReport report = new InliningReport(functions, compiled);
        Set<String> lines = new LinkedHashSet<>(report.troubles);
        // A function and the copy that stands in for it have one name: what was called tells.
        Map<String, String> byName = new LinkedHashMap<>();
        for (NamedFunction function : functions) {
            String subject = function.name() + " %s in stage " + function.stage();
            String verdict = report.verdicts.get(function.className());
            if (verdict != null || !byName.containsKey(subject)) {
                byName.put(subject, verdict);
            }
        }
        byName.forEach((subject, verdict) -> lines.add(
                verdict == null
                        ? subject.formatted("was not compiled")
                                + ", because it ran too short for the JIT to compile it for good, or no loop calls it"
                        : verdict.isEmpty()
                                ? subject.formatted("was inlined")
                                : subject.formatted("was not inlined") + ", because " + verdict));
        return List.copyOf(lines);
    }

    /** The last word on each method: that of whole methods wins over that of loops replaced while they ran. */
    private static Iterable<CompiledMethod> settled(List<CompiledMethod> compiled) {
        Map<String, CompiledMethod> last = new LinkedHashMap<>();
        for (CompiledMethod method : compiled) {
            CompiledMethod before = last.get(method.holder() + method.name());
            if (before == null || !method.onStack() || before.onStack()) {
                last.put(method.holder() + method.name(), method);
            }
        }
        return last.values();
    }

    private String loop(CompiledMethod method) {
        String kind = CompiledMethod.simple(method.holder());
        for (Call call : method.calls()) {
            if (byClass.containsKey(call.holder)) {
                return kind + " with " + byClass.get(call.holder).get(0).name();
            }
        }
        return kind;
    }

    private void look(Call call) {
        if (byClass.containsKey(call.holder)) {
            String verdict = verdict(call);
            String before = verdicts.get(call.holder);
            if (before == null || before.isEmpty()) {
                verdicts.put(call.holder, verdict);
            }
        }
        call.calls.forEach(this::look);
    }

    /** Empty when a function was inlined with all that it does itself. */
    private String verdict(Call function) {
        if (!function.inlined) {
            return JitReason.of(function).toString();
        }
        // The object of a lambda does nothing but call what was written.
        for (Call body : function.calls) {
            if (byClass.containsKey(body.holder) || isJdk(body.holder) && function.calls.size() > 1 && isBox(body)) {
                continue;
            }
            if (!body.inlined) {
                return JitReason.of(body).toString();
            }
            for (Call inner : body.calls) {
                if (!inner.inlined && !isJdk(inner.holder) && !byClass.containsKey(inner.holder)) {
                    return inner.shortName() + ", which it calls, was not: " + JitReason.of(inner);
                }
            }
        }
        return "";
    }

    private static boolean isJdk(String name) {
        return name.startsWith("java.") || name.startsWith("jdk.") || name.startsWith("sun.") || name.equals("?");
    }

    private static boolean isBox(Call call) {
        return call.method.equals("valueOf") || call.method.endsWith("Value");
    }
}

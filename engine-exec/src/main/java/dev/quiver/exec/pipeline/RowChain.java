package dev.quiver.exec.pipeline;

import dev.quiver.exec.compile.CompiledLoop;
import dev.quiver.exec.compile.LoopCompiler;
import dev.quiver.exec.compile.LoopPlan;
import dev.quiver.exec.compile.LoopSink;
import dev.quiver.exec.compile.LoopSource;
import dev.quiver.exec.compile.OpenResults;
import dev.quiver.exec.compile.RowLoop;
import dev.quiver.lineage.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Operators that turn a batch of rows into one that is no larger, in its place. Shared by all tasks of a stage. */
final class RowChain {
    final RowOp[] steps;
    private final List<Op> ops;
    private final AtomicLong interpretedRows = new AtomicLong();
    private final boolean compiles;

    RowChain(List<Op> ops) {
        this.ops = List.copyOf(ops);
        this.steps = ops.stream().map(RowOp::of).toArray(RowOp[]::new);
        this.compiles = LoopPlan.refusal(ops) == null;
    }

    /** This chain, and then another. */
    RowChain then(RowChain next) {
        List<Op> joined = new ArrayList<>(ops);
        joined.addAll(next.ops);
        return new RowChain(joined);
    }

    /** Notes that rows went through the interpreter. */
    void interpreted(int rows) {
        interpretedRows.addAndGet(rows);
    }

    /** A compiled loop over the chain, or null while too few rows came by, or when it stays interpreted. */
    RowLoop loop(TaskRun run) {
        if (!compiles || interpretedRows.get() < run.settings.compileAfterRows()) {
            return null;
        }
        LoopPlan plan = new LoopPlan(new LoopSource.Rows(), ops, new LoopSink.InPlace());
        CompiledLoop compiled = LoopCompiler.compile(plan, run.loader);
        return compiled == null ? null : compiled.open(plan, null, new OpenResults(), run::checkKilled);
    }
}

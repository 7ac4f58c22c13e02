package dev.quiver.runtime.protocol;

import dev.quiver.task.MemoryLedger;
import dev.quiver.task.MemoryLedger.Line;
import dev.quiver.task.MemoryLedger.Where;
import dev.quiver.wire.WireInput;
import dev.quiver.wire.WireOutput;
import java.util.ArrayList;
import java.util.List;

/** How the memory of an executor stands in a heartbeat. */
final class LedgerCodec {
    private static final Where[] PLACES = Where.values();

    /** Least bytes of a line: two numbers of one byte, two empty texts, the place. */
    private static final int MINIMUM_BYTES = 5;

    private LedgerCodec() {}

    static void write(WireOutput out, MemoryLedger ledger) {
        out.writeVarLong(ledger.heapBytes()).writeZigZag(ledger.heapFreeBytes());
        out.writeVarLong(ledger.offHeapBytes()).writeZigZag(ledger.offHeapFreeBytes());
        out.writeCount(ledger.lines().size());
        for (Line line : ledger.lines()) {
            out.writeCount(line.where().ordinal()).writeText(line.task()).writeText(line.holder());
            out.writeVarLong(line.bytes()).writeVarLong(line.peakBytes());
        }
    }

    static MemoryLedger read(WireInput in) {
        long heap = in.readVarLong();
        long heapFree = in.readZigZag();
        long offHeap = in.readVarLong();
        long offHeapFree = in.readZigZag();
        int count = in.readElementCount(MINIMUM_BYTES);
        List<Line> lines = new ArrayList<>(count);
        for (int line = 0; line < count; line++) {
            Where where = PLACES[in.readBounded(PLACES.length - 1, "a kind of memory")];
            lines.add(new Line(where, in.readText(), in.readText(), in.readVarLong(), in.readVarLong()));
        }
        return new MemoryLedger(heap, heapFree, offHeap, offHeapFree, lines);
    }
}

package dev.quiver.exec.compile;

/** Where generated code puts pairs whose key is a text, to be merged at once. Belongs to one task. */
public final class PairMerger {
    private static final int FEW_ROWS = 4096;

    /** Used by generated code. */
    public final TextKeyMerger merge;

    private final RowTarget others;
    private long otherRows;

    /** @param others takes rows of other shapes, and pairs that were refused */
    public PairMerger(TextKeyMerger merge, RowTarget others) {
        this.merge = merge;
        this.others = others;
    }

    /** Hands on a row that was not merged. */
    public void other(Object row) throws Exception {
        otherRows++;
        others.row(row);
    }

    /** Whether so few rows could be merged that trying does not pay. */
    public boolean mostlyOthers() {
        return otherRows > FEW_ROWS && otherRows > merge.rows() / 4;
    }
}

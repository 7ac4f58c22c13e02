package dev.quiver.exec.kernel.gather;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies rows of several batches of one shape into new columns, in any order. A row is named by a long: the number of
 * its batch in the upper half, its row in the lower.
 */
public final class RowGather {
    private final Column[][] sources;
    private final int[] rows;
    private final int from;
    private final ColumnGather[] columns;

    private RowGather(Column[][] sources, int[] rows, int from, ColumnGather[] columns) {
        this.sources = sources;
        this.rows = rows;
        this.from = from;
        this.columns = columns;
    }

    /**
     * Of some of the columns of batches.
     *
     * @param batches at least one, all of one shape
     * @param from    first column
     * @param to      column after the last
     */
    public static RowGather of(List<ColumnBatch> batches, int from, int to) {
        int[] rows = batches.stream().mapToInt(ColumnBatch::rows).toArray();
        Column[][] sources = new Column[to - from][batches.size()];
        ColumnGather[] columns = new ColumnGather[to - from];
        for (int index = 0; index < columns.length; index++) {
            for (int batch = 0; batch < rows.length; batch++) {
                sources[index][batch] = batches.get(batch).columns().get(from + index);
            }
            columns[index] = ColumnGather.of(sources[index], rows);
        }
        return new RowGather(sources, rows, from, columns);
    }

    /** Puts another batch of the same shape in the place of one: from now on its number names the new one's rows. */
    public void replace(int number, ColumnBatch batch) {
        rows[number] = batch.rows();
        for (int index = 0; index < columns.length; index++) {
            Column column = batch.columns().get(from + index);
            sources[index][number] = column;
            if (!columns[index].replace(number, column, batch.rows())) {
                columns[index] = ColumnGather.of(sources[index], rows);
            }
        }
    }

    /** The name of a row. */
    public static long id(int batch, int row) {
        return (long) batch << 32 | row;
    }

    /** The columns of the rows {@code ids[from, from + count)}. */
    public List<Column> take(long[] ids, int from, int count) {
        List<Column> taken = new ArrayList<>(columns.length);
        for (ColumnGather column : columns) {
            taken.add(column.take(ids, from, count));
        }
        return taken;
    }
}

package dev.quiver.shuffle.storage;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.shuffle.format.ReadBuffer;
import dev.quiver.shuffle.store.PartitionView;
import dev.quiver.shuffle.store.StoredChunk;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;

/** The rows of a view of this executor's own store. */
final class ViewedRows implements StoredRows {
    private final PartitionView view;
    private final Iterator<StoredChunk> chunks;
    private StoredChunk chunk;

    /** @param view transferred */
    ViewedRows(PartitionView view) {
        this.view = view;
        this.chunks = view.chunks().iterator();
    }

    @Override
    public List<MapVersion> known() {
        return view.known();
    }

    @Override
    public long[] rows() {
        return view.rows();
    }

    @Override
    public boolean next() {
        chunk = chunks.hasNext() ? chunks.next() : null;
        return chunk != null;
    }

    @Override
    public ChunkSources sources() {
        return chunk.sources();
    }

    @Override
    public ColumnBatch load(ReadBuffer room) throws IOException {
        return view.load(chunk, room);
    }

    @Override
    public void close() {
        view.close();
    }
}

package dev.quiver;

import dev.quiver.engine.Engine;
import dev.quiver.lineage.Lineage;

/** What is behind the API, for tests that look at what users cannot see. */
public final class Inside {
    private Inside() {}

    public static Engine engine(Session session) {
        return session.engine();
    }

    public static Lineage lineage(Dataset<?> dataset) {
        return dataset.lineage();
    }
}

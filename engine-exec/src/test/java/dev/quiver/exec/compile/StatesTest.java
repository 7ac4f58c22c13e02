package dev.quiver.exec.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.kernel.aggregate.Groups;
import dev.quiver.exec.kernel.aggregate.KeyMerge;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.function.ReduceFunction;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StatesTest {
    private static final Set<Class<?>> SEEN = new HashSet<>();
    private static final ReduceFunction<Object> LAST = (left, right) -> {
        SEEN.add(right.getClass());
        return right;
    };

    /** What two applications bring, each its own copy. */
    public record Total(long sum, int count) {}

    @Test
    void twoApplicationsMayHaveARecordOfTheSameName() throws Exception {
        for (int application = 0; application < 2; application++) {
            ClassLoader loader = new OwnCopy();
            Class<?> type = loader.loadClass(Total.class.getName());
            SEEN.clear();
            Object merged = merge(loader, type.getConstructor(long.class, int.class));
            assertThat(type.getMethod("sum").invoke(merged)).isEqualTo(9L);
            assertThat(SEEN).containsExactly(type);
        }
    }

    private static Object merge(ClassLoader loader, Constructor<?> total) throws Exception {
        ValueSerializer serializer = new KryoValueSerializer(loader);
        BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, serializer, loader);
        for (long row = 1; row < 10; row++) {
            builder.append(Pair.of(row % 2, total.newInstance(row, 2)));
        }
        ColumnBatch rows = builder.seal();
        Groups groups = Groups.of(rows.shape(), KeyMerge.reducing(LAST), serializer, loader)
                .orElseThrow();
        assertThat(groups.add(rows, 0, rows.rows())).isEqualTo(rows.rows());
        return ((Pair<?, ?>) new RowReader(groups.take(), serializer, loader).row(0)).value();
    }

    private static final class OwnCopy extends ClassLoader {
        OwnCopy() {
            super(StatesTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(Total.class.getName())) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException failure) {
                throw new ClassNotFoundException(name, failure);
            }
        }
    }
}

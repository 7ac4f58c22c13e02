package dev.quiver.exec.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Pair;
import dev.quiver.QuiverException;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.serializer.NotSerializable;
import dev.quiver.shape.Shape;
import org.junit.jupiter.api.Test;

class LargeBatchTest {
    private final ClassLoader loader = getClass().getClassLoader();

    @Test
    void aBuilderIsFullWhenOneColumnIsOrAllTogetherAre() {
        BatchBuilder one = new BatchBuilder(Shape.UNKNOWN, new KryoValueSerializer(loader), loader, 1000);
        one.append("x".repeat(900));
        assertThat(one.isFull()).isFalse();
        one.append("x".repeat(200));
        assertThat(one.isFull()).isTrue();
        assertThat(one.seal().rows()).isEqualTo(2);
        assertThat(one.isFull()).isFalse();

        BatchBuilder two = new BatchBuilder(Shape.UNKNOWN, new KryoValueSerializer(loader), loader, 1000);
        two.append(Pair.of("x".repeat(600), "y".repeat(600)));
        assertThat(two.isFull()).isTrue();
    }

    @Test
    void anArrayThatWouldOutgrowJavaIsRefusedByName() {
        assertThat(ColumnWriter.grown(1 << 30, (1L << 30) + 1)).isEqualTo(Integer.MAX_VALUE - 16);
        assertThatThrownBy(() -> ColumnWriter.grown(1 << 30, Integer.MAX_VALUE))
                .isInstanceOf(QuiverException.class)
                .hasMessageContaining("would hold 2147483647 values or bytes in one column, more than an array can");
    }

    @Test
    void aValueOfMoreBytesThanOneMayHaveIsRefusedByName() {
        KryoValueSerializer small = new KryoValueSerializer(loader, 1000);
        assertThat(small.write(new byte[900])).hasSizeBetween(900, 1000);
        assertThatThrownBy(() -> small.write(new byte[1001]))
                .isInstanceOf(NotSerializable.class)
                .hasMessageContaining("cannot serialize a [B: it takes more than 1000 bytes; split the value");
        assertThat(small.write("after a refusal it works on")).isNotEmpty();
    }
}

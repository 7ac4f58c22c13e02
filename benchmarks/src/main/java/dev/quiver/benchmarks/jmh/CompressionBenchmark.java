package dev.quiver.benchmarks.jmh;

import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.arrow.BodyCodec;
import dev.quiver.exec.arrow.CorruptBatch;
import dev.quiver.exec.column.ColumnBatch;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Chunks of about 1 MiB into Arrow messages and back, on one core. Each fork prints the bytes before and after, so that
 * {@code bytes / time} is the speed in MB/s.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx1g", "-XX:+UseParallelGC", "--add-opens=java.base/java.nio=ALL-UNNAMED"})
public class CompressionBenchmark {
    private static final int VOCABULARY = 200_000;

    /** What is in the chunks. */
    public enum Chunk {
        /** 0, 1, 2 and so on. */
        COUNTING(1 << 17) {
            @Override
            Object row(int index, SplittableRandom random) {
                return (long) index;
            }
        },
        /** Longs of six decimal digits in no order. */
        MIXED(1 << 17) {
            @Override
            Object row(int index, SplittableRandom random) {
                return random.nextLong(1_000_000);
            }
        },
        /** Words, the k-th of 200,000 with weight 1/k. */
        WORDS(90_000) {
            @Override
            Object row(int index, SplittableRandom random) {
                long rank = (long) Math.pow(VOCABULARY, random.nextDouble());
                return Long.toString(rank * 2_654_435_761L % 4_000_000_007L, 26);
            }
        },
        /** 100 random bytes. */
        RECORDS(10_000) {
            @Override
            Object row(int index, SplittableRandom random) {
                byte[] record = new byte[100];
                random.nextBytes(record);
                return record;
            }
        };

        private final int rows;

        Chunk(int rows) {
            this.rows = rows;
        }

        abstract Object row(int index, SplittableRandom random);

        ColumnBatch batch() {
            SplittableRandom random = new SplittableRandom(42);
            Object[] all = new Object[rows];
            for (int index = 0; index < rows; index++) {
                all[index] = row(index, random);
            }
            return Rows.batch(all, null);
        }
    }

    /** The codecs, and none to compare with. */
    public enum Codec {
        NONE(BodyCodec.NONE),
        LZ4(BodyCodec.LZ4),
        ZSTD_1(BodyCodec.ZSTD),
        ZSTD_3(BodyCodec.zstd(3));

        private final BodyCodec codec;

        Codec(BodyCodec codec) {
            this.codec = codec;
        }
    }

    @Param
    Chunk chunk;

    @Param
    Codec codec;

    private final ArrowBatches arrow = new ArrowBatches();
    private ColumnBatch batch;
    private byte[] schema;
    private byte[] message;

    @Setup
    public void prepare() {
        batch = chunk.batch();
        schema = arrow.schemaMessage(batch);
        message = arrow.batchMessage(batch, codec.codec);
        System.out.printf("%n%s %s: %d bytes from %d%n", chunk, codec, message.length, arrow.bodyBytes(batch));
    }

    @Benchmark
    public byte[] encode() {
        return arrow.batchMessage(batch, codec.codec);
    }

    @Benchmark
    public ColumnBatch decode() throws CorruptBatch {
        return arrow.decode(schema, ByteBuffer.wrap(message));
    }
}

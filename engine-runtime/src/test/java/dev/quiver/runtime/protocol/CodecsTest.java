package dev.quiver.runtime.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.quiver.StorageLevel;
import dev.quiver.block.BlockUpdate;
import dev.quiver.block.broadcast.BroadcastGuide;
import dev.quiver.block.broadcast.BroadcastManifest;
import dev.quiver.block.broadcast.ChunkAdvice;
import dev.quiver.exec.arrow.BodyCodec;
import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.runtime.protocol.DriverQuery.Artifact;
import dev.quiver.runtime.protocol.DriverQuery.Registered;
import dev.quiver.stage.SplitPartition;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.BarrierAnswer;
import dev.quiver.task.MapOutput;
import dev.quiver.task.MapVersion;
import dev.quiver.task.MemoryLedger;
import dev.quiver.task.MemoryLedger.Line;
import dev.quiver.task.MemoryLedger.Where;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskMetrics;
import dev.quiver.task.TaskOutcome;
import dev.quiver.task.TaskRange;
import dev.quiver.wire.MalformedMessage;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodecsTest {
    private static final StageAttempt STAGE = new StageAttempt(new StageId(5), 2);
    private static final TaskAttempt TASK = new TaskAttempt(STAGE, 7, 1);
    private static final ExecutorId EXECUTOR = new ExecutorId("worker-1", 3);

    static Stream<ToExecutor> toExecutor() {
        return Stream.of(
                new ToExecutor.ForgetProgram(new ProgramId(1L << 40)),
                new ToExecutor.LaunchTasks(
                        STAGE,
                        new ProgramId(3),
                        TaskLayout.whole(21),
                        List.of(new TaskRange(0, 10, 0), new TaskRange(20, 21, 3))),
                new ToExecutor.LaunchTasks(
                        STAGE,
                        new ProgramId(3),
                        new TaskLayout(
                                500,
                                List.of(
                                        new SplitPartition(7, new ShuffleId(3), List.of(0, 10, 1000)),
                                        new SplitPartition(499, new ShuffleId(4), List.of(0, 1, 2, 300)))),
                        List.of(new TaskRange(0, 503, 0))),
                new ToExecutor.CancelStage(STAGE, "no longer needed: ä€", true),
                new ToExecutor.CancelStage(STAGE, "", false),
                new ToExecutor.CancelTask(new TaskAttempt(STAGE, 499, 1), "another try has succeeded"),
                new ToExecutor.RemoveShuffle(new ShuffleId(9)),
                new ToExecutor.RemoveDataset(new DatasetId(9)),
                new ToExecutor.RemoveBroadcast(new BroadcastId(1L << 33)),
                new ToExecutor.RemoveBlock(new BlockId.TaskResult(TASK)),
                new ToExecutor.TakeOutputs(
                        7L,
                        new ShuffleId(3),
                        200,
                        EXECUTOR,
                        List.of(new MapVersion(0, 1, 2), new MapVersion(300, 0, 0))),
                new ToExecutor.ForgetLocations(new ShuffleId(3)),
                new ToExecutor.Leave("its node goes"),
                new ToExecutor.CopyBlock(
                        new BlockId.CachedPartition(new DatasetId(1), 2), StorageLevel.of(true, true, 39)),
                new ToExecutor.Shutdown("bye"));
    }

    @ParameterizedTest
    @MethodSource("toExecutor")
    void readsWhatTheDriverTellsAsItWasWritten(ToExecutor message) {
        ByteBuffer body = ToExecutorCodec.encode(message);
        assertThat(ToExecutorCodec.decode(ToExecutorCodec.type(message), body)).isEqualTo(message);
    }

    @Test
    void readsAProgramAsItWasWritten() {
        byte[] content = {1, 2, 3};
        ToExecutor.InstallProgram message = new ToExecutor.InstallProgram(new ProgramId(9), content);
        ToExecutor.InstallProgram read = (ToExecutor.InstallProgram)
                ToExecutorCodec.decode(ToExecutorCodec.type(message), ToExecutorCodec.encode(message));
        assertThat(read.program()).isEqualTo(message.program());
        assertThat(read.content()).isEqualTo(content);
    }

    private static ToDriver.Report report() {
        Map<Long, byte[]> deltas = Map.of(3L, new byte[] {9});
        TaskMetrics metrics = new TaskMetrics(
                1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, Map.of("sortByKey", 13L, "unroll of cached dataset 4", 14L));
        List<TaskOutcome> outcomes = List.of(
                new TaskOutcome.Wrote(new MapOutput(new ShuffleId(1), 7, 2, 1, 99, -7, new byte[] {0, 5}), deltas),
                new TaskOutcome.Returned(new byte[] {1, 2}, Map.of()),
                new TaskOutcome.Stored(new BlockId.TaskResult(TASK), EXECUTOR, 1L << 35, deltas),
                new TaskOutcome.FetchFailed(new ShuffleId(1), -1, EXECUTOR, "gone"),
                new TaskOutcome.FetchFailed(new ShuffleId(1), 4, null, "nobody has it"),
                new TaskOutcome.Killed("stop"),
                new TaskOutcome.CommitDenied("another attempt"),
                new TaskOutcome.ExecutorGone("exit", true),
                new TaskOutcome.Threw("java.io.IOException", "bad row", "Job.main(Job.java:3)", "trace", true),
                new TaskOutcome.OutOfMemory("sort"),
                new TaskOutcome.Environment("disk full", "trace"));
        List<TaskEnd> ends = outcomes.stream()
                .map(outcome ->
                        new TaskEnd(7, 1, outcome, outcome instanceof TaskOutcome.Killed ? TaskMetrics.ZERO : metrics))
                .toList();
        return new ToDriver.Report(
                List.of(new ToDriver.StageEnds(STAGE, ends)),
                List.of(
                        new BlockUpdate(
                                new BlockId.CachedPartition(new DatasetId(1), 2),
                                StorageLevel.MEMORY_AND_DISK_2,
                                true,
                                OptionalLong.of(7),
                                OptionalLong.empty()),
                        BlockUpdate.gone(new BlockId.CollectionSlice(new DatasetId(3), 4)),
                        new BlockUpdate(
                                new BlockId.BroadcastChunk(new BroadcastId(5), 6),
                                StorageLevel.MEMORY_AND_DISK,
                                false,
                                OptionalLong.of(0),
                                OptionalLong.of(9))));
    }

    @Test
    void readsWhatAnExecutorSaysOfItself() {
        for (ToDriver message : List.of(
                new ToDriver.Ready(),
                new ToDriver.Leaving("SIGTERM"),
                new ToDriver.OutputsTaken(1L << 40, "no space left"),
                new ToDriver.OutputsTaken(0, ""))) {
            assertThat(ToDriverCodec.decode(ToDriverCodec.type(message), ToDriverCodec.encode(message)))
                    .isEqualTo(message);
        }
    }

    @Test
    void readsWhoHoldsTheMemoryAsItWasWritten() {
        ToDriver heartbeat = new ToDriver.Heartbeat(
                2,
                30,
                1L << 33,
                1L << 34,
                99,
                new MemoryLedger(
                        1L << 33,
                        -5,
                        1L << 30,
                        7,
                        List.of(
                                new Line(Where.HEAP, "stage 3, partition 5", "sortByKey", 1L << 32, 1L << 33),
                                new Line(Where.OFF_HEAP, "", "cached dataset 4", 9, 10),
                                new Line(Where.BUFFERS, "", "buffers of network and files", 1, 1))));
        assertThat(ToDriverCodec.decode(ToDriverCodec.type(heartbeat), ToDriverCodec.encode(heartbeat)))
                .isEqualTo(heartbeat);
        byte[] good = bytes(ToDriverCodec.encode(heartbeat));
        for (int length = 0; length < good.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(good, 0, length);
            assertThatThrownBy(() -> ToDriverCodec.decode(MessageType.HEARTBEAT, cut))
                    .as("the first %d bytes", length)
                    .isInstanceOf(MalformedMessage.class);
        }
    }

    @Test
    void aPlanIsSharedWithNoOtherProcess() {
        ToExecutor share = new ToExecutor.SharePlan(new ProgramId(1), null);
        assertThatThrownBy(() -> ToExecutorCodec.type(share)).hasMessageContaining("another process");
    }

    @Test
    void readsEveryOutcomeAsItWasWritten() {
        ToDriver.Report report = report();
        ToDriver read = ToDriverCodec.decode(ToDriverCodec.type(report), ToDriverCodec.encode(report));
        assertThat(read).usingRecursiveComparison().isEqualTo(report);
    }

    @Test
    void readsQuestionsAndAnswersAsTheyWereWritten() {
        Registered welcome = new Registered(
                Map.of("quiver.a", "1", "quiver.b", ""),
                List.of(new Artifact(new ContentHash("ff"), "app.jar", 12)),
                new HostPort("127.0.0.1", 4040));
        DriverQuery.Register register = new DriverQuery.Register("1", 0, 2, new HostPort("::1", 65_535), 77);
        assertThat(DriverQueryCodec.decode(DriverQueryCodec.type(register), DriverQueryCodec.encode(register)))
                .isEqualTo(register);
        assertThat(DriverQueryCodec.decodeAnswer(register, DriverQueryCodec.encodeAnswer(register, welcome)))
                .isEqualTo(welcome);
        DriverQuery.LocateBlock locate = new DriverQuery.LocateBlock(new BlockId.TaskResult(TASK));
        assertThat(DriverQueryCodec.decode(DriverQueryCodec.type(locate), DriverQueryCodec.encode(locate)))
                .isEqualTo(locate);
        assertThat(DriverQueryCodec.decodeAnswer(locate, DriverQueryCodec.encodeAnswer(locate, List.of(EXECUTOR))))
                .containsExactly(EXECUTOR);
        BitSet held = new BitSet();
        held.set(3);
        held.set(70);
        for (DriverQuery.NextChunk next : List.of(
                new DriverQuery.NextChunk(new BroadcastId(1L << 40), held, Optional.empty()),
                new DriverQuery.NextChunk(
                        new BroadcastId(0), new BitSet(), Optional.of(new BroadcastGuide.Missed(7, EXECUTOR))))) {
            assertThat(DriverQueryCodec.decode(DriverQueryCodec.type(next), DriverQueryCodec.encode(next)))
                    .isEqualTo(next);
            for (ChunkAdvice advice : List.of(
                    new ChunkAdvice.Fetch(9, EXECUTOR),
                    new ChunkAdvice.Wait(),
                    new ChunkAdvice.Complete(),
                    new ChunkAdvice.Gone("destroyed"))) {
                assertThat(DriverQueryCodec.decodeAnswer(next, DriverQueryCodec.encodeAnswer(next, advice)))
                        .isEqualTo(advice);
            }
        }
        DriverQuery.DescribeBroadcast describe = new DriverQuery.DescribeBroadcast(new BroadcastId(4));
        assertThat(DriverQueryCodec.decode(DriverQueryCodec.type(describe), DriverQueryCodec.encode(describe)))
                .isEqualTo(describe);
        BroadcastManifest manifest =
                new BroadcastManifest(List.of(new BroadcastManifest.Chunk(100, 60, -9, BodyCodec.Method.LZ4)));
        for (DriverQuery.BroadcastDescription description : List.of(
                new DriverQuery.BroadcastDescription(Optional.of(manifest), ""),
                new DriverQuery.BroadcastDescription(Optional.empty(), "destroyed at ä"))) {
            assertThat(DriverQueryCodec.decodeAnswer(describe, DriverQueryCodec.encodeAnswer(describe, description)))
                    .isEqualTo(description);
        }
        for (int round : new int[] {-1, 0, 1 << 20}) {
            DriverQuery.MeetAtBarrier meet = new DriverQuery.MeetAtBarrier(TASK, round, "allGather()", "größer");
            assertThat(DriverQueryCodec.decode(DriverQueryCodec.type(meet), DriverQueryCodec.encode(meet)))
                    .isEqualTo(meet);
            for (BarrierAnswer met : List.of(
                    new BarrierAnswer(List.of("a", ""), List.of("h1", "h2"), ""),
                    BarrierAnswer.failed("task 3 ended"))) {
                assertThat(DriverQueryCodec.decodeAnswer(meet, DriverQueryCodec.encodeAnswer(meet, met)))
                        .isEqualTo(met);
            }
        }
        DriverQuery.RequestCommit commit = new DriverQuery.RequestCommit(TASK);
        assertThat(DriverQueryCodec.decode(DriverQueryCodec.type(commit), DriverQueryCodec.encode(commit)))
                .isEqualTo(commit);
        assertThat(DriverQueryCodec.decodeAnswer(commit, DriverQueryCodec.encodeAnswer(commit, true)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void refusesDamagedMessagesWithATypedError(long seed) {
        Random random = new Random(seed);
        byte[] good = bytes(ToDriverCodec.encode(report()));
        for (int trial = 0; trial < 5_000; trial++) {
            byte[] damaged = good.clone();
            int flips = 1 + random.nextInt(4);
            for (int flip = 0; flip < flips; flip++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            int length = random.nextBoolean() ? damaged.length : random.nextInt(damaged.length);
            try {
                ToDriverCodec.decode(MessageType.REPORT, ByteBuffer.wrap(damaged, 0, length));
            } catch (MalformedMessage expected) {
                assertThat(expected).hasMessageNotContaining("null");
            } catch (RuntimeException unexpected) {
                fail("seed " + seed + ", trial " + trial, unexpected);
            }
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}

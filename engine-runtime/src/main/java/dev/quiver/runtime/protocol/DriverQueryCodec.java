package dev.quiver.runtime.protocol;

import dev.quiver.block.broadcast.ChunkAdvice;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.runtime.protocol.DriverQuery.Artifact;
import dev.quiver.runtime.protocol.DriverQuery.BroadcastDescription;
import dev.quiver.runtime.protocol.DriverQuery.Registered;
import dev.quiver.task.BarrierAnswer;
import dev.quiver.wire.MalformedMessage;
import dev.quiver.wire.WireInput;
import dev.quiver.wire.WireOutput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** How {@link DriverQuery} questions and their answers are written between processes. */
public final class DriverQueryCodec {
    private DriverQueryCodec() {}

    /** The type number under which the question is sent. */
    public static int type(DriverQuery<?> query) {
        if (query instanceof DriverQuery.Register) {
            return MessageType.REGISTER;
        } else if (query instanceof DriverQuery.LocateShuffle) {
            return MessageType.LOCATE_SHUFFLE;
        } else if (query instanceof DriverQuery.LocateBlock) {
            return MessageType.LOCATE_BLOCK;
        } else if (query instanceof DriverQuery.LocateExecutor) {
            return MessageType.LOCATE_EXECUTOR;
        } else if (query instanceof DriverQuery.DescribeBroadcast) {
            return MessageType.DESCRIBE_BROADCAST;
        } else if (query instanceof DriverQuery.NextChunk) {
            return MessageType.NEXT_CHUNK;
        } else if (query instanceof DriverQuery.MeetAtBarrier) {
            return MessageType.MEET_AT_BARRIER;
        }
        return MessageType.REQUEST_COMMIT;
    }

    /** The body of the question. */
    public static ByteBuffer encode(DriverQuery<?> query) {
        WireOutput out = new WireOutput();
        if (query instanceof DriverQuery.Register register) {
            out.writeText(register.name()).writeCount(register.incarnation()).writeCount(register.slots());
            Identities.write(out, register.dataAddress());
            out.writeVarLong(register.processId());
        } else if (query instanceof DriverQuery.LocateShuffle locate) {
            out.writeCount(locate.shuffle().value());
        } else if (query instanceof DriverQuery.LocateBlock locate) {
            Identities.write(out, locate.block());
        } else if (query instanceof DriverQuery.LocateExecutor locate) {
            Identities.write(out, locate.executor());
        } else if (query instanceof DriverQuery.DescribeBroadcast describe) {
            out.writeVarLong(describe.broadcast().value());
        } else if (query instanceof DriverQuery.NextChunk next) {
            BroadcastCodec.write(out, next);
        } else if (query instanceof DriverQuery.MeetAtBarrier meet) {
            Identities.write(out, meet.task());
            out.writeZigZag(meet.round()).writeText(meet.call()).writeText(meet.message());
        } else if (query instanceof DriverQuery.RequestCommit request) {
            Identities.write(out, request.task());
        }
        return out.toByteBuffer();
    }

    /**
     * Reads a question.
     *
     * @throws MalformedMessage if the bytes are not a question of that type
     */
    public static DriverQuery<?> decode(int type, ByteBuffer body) {
        WireInput in = new WireInput(body);
        DriverQuery<?> query = switch (type) {
            case MessageType.REGISTER ->
                new DriverQuery.Register(
                        in.readText(), in.readCount(), in.readCount(), Identities.readAddress(in), in.readVarLong());
            case MessageType.LOCATE_SHUFFLE -> new DriverQuery.LocateShuffle(new ShuffleId(in.readCount()));
            case MessageType.LOCATE_BLOCK -> new DriverQuery.LocateBlock(Identities.readBlock(in));
            case MessageType.LOCATE_EXECUTOR -> new DriverQuery.LocateExecutor(Identities.readExecutor(in));
            case MessageType.DESCRIBE_BROADCAST -> new DriverQuery.DescribeBroadcast(new BroadcastId(in.readVarLong()));
            case MessageType.NEXT_CHUNK -> BroadcastCodec.readNextChunk(in);
            case MessageType.MEET_AT_BARRIER ->
                new DriverQuery.MeetAtBarrier(
                        Identities.readTask(in), Math.toIntExact(in.readZigZag()), in.readText(), in.readText());
            case MessageType.REQUEST_COMMIT -> new DriverQuery.RequestCommit(Identities.readTask(in));
            default -> throw new MalformedMessage("an executor asks nothing of type " + type);
        };
        in.requireEnd();
        return query;
    }

    /** The body of an answer. */
    public static ByteBuffer encodeAnswer(DriverQuery<?> query, Object answer) {
        WireOutput out = new WireOutput();
        if (query instanceof DriverQuery.Register) {
            write(out, (Registered) answer);
        } else if (query instanceof DriverQuery.LocateShuffle) {
            out.writeBytes((byte[]) answer);
        } else if (query instanceof DriverQuery.LocateBlock) {
            writeList(out, (List<?>) answer, (element, to) -> Identities.write(to, (ExecutorId) element));
        } else if (query instanceof DriverQuery.LocateExecutor) {
            writeList(out, (List<?>) answer, (element, to) -> Identities.write(to, (HostPort) element));
        } else if (query instanceof DriverQuery.DescribeBroadcast) {
            BroadcastCodec.write(out, (BroadcastDescription) answer);
        } else if (query instanceof DriverQuery.NextChunk) {
            BroadcastCodec.write(out, (ChunkAdvice) answer);
        } else if (query instanceof DriverQuery.MeetAtBarrier) {
            BarrierAnswer met = (BarrierAnswer) answer;
            writeList(out, met.messages(), (element, to) -> to.writeText((String) element));
            writeList(out, met.hosts(), (element, to) -> to.writeText((String) element));
            out.writeText(met.problem());
        } else {
            out.writeBoolean((Boolean) answer);
        }
        return out.toByteBuffer();
    }

    /** Reads the answer to a question. */
    @SuppressWarnings("unchecked")
    public static <A> A decodeAnswer(DriverQuery<A> query, ByteBuffer body) {
        WireInput in = new WireInput(body);
        Object answer;
        if (query instanceof DriverQuery.Register) {
            answer = readRegistered(in);
        } else if (query instanceof DriverQuery.LocateShuffle) {
            answer = in.readBytes();
        } else if (query instanceof DriverQuery.LocateBlock) {
            answer = readList(in, 2, Identities::readExecutor);
        } else if (query instanceof DriverQuery.LocateExecutor) {
            answer = readList(in, 2, Identities::readAddress);
        } else if (query instanceof DriverQuery.DescribeBroadcast) {
            answer = BroadcastCodec.readDescription(in);
        } else if (query instanceof DriverQuery.NextChunk) {
            answer = BroadcastCodec.readAdvice(in);
        } else if (query instanceof DriverQuery.MeetAtBarrier) {
            answer = new BarrierAnswer(
                    readList(in, 1, WireInput::readText), readList(in, 1, WireInput::readText), in.readText());
        } else {
            answer = in.readBoolean();
        }
        in.requireEnd();
        return (A) answer;
    }

    private static void write(WireOutput out, Registered registered) {
        out.writeCount(registered.config().size());
        new TreeMap<>(registered.config())
                .forEach((name, value) -> out.writeText(name).writeText(value));
        writeList(out, registered.artifacts(), (element, to) -> {
            Artifact artifact = (Artifact) element;
            to.writeText(artifact.id().hex()).writeText(artifact.fileName()).writeVarLong(artifact.sizeBytes());
        });
        Identities.write(out, registered.driverAddress());
    }

    private static Registered readRegistered(WireInput in) {
        int settings = in.readElementCount(2);
        Map<String, String> config = new TreeMap<>();
        for (int index = 0; index < settings; index++) {
            config.put(in.readText(), in.readText());
        }
        List<Artifact> artifacts = readList(
                in, 3, from -> new Artifact(new ContentHash(from.readText()), from.readText(), from.readVarLong()));
        return new Registered(config, artifacts, Identities.readAddress(in));
    }

    private static void writeList(WireOutput out, List<?> elements, BiConsumer<Object, WireOutput> writer) {
        out.writeCount(elements.size());
        elements.forEach(element -> writer.accept(element, out));
    }

    private static <T> List<T> readList(WireInput in, int minimumBytes, Function<WireInput, T> reader) {
        int count = in.readElementCount(minimumBytes);
        List<T> elements = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            elements.add(reader.apply(in));
        }
        return elements;
    }
}

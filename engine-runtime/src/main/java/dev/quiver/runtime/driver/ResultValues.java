package dev.quiver.runtime.driver;

import dev.quiver.QuiverException;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.task.TaskOutcome;
import java.util.Map;
import java.util.Optional;

/**
 * Where the results of a job's tasks are, and how they become values.
 *
 * @param accumulating false when what the tasks add was told before, by those they repeat
 */
record ResultValues(
        DriverBlocks blocks,
        ControlLoop loop,
        ValueSerializer serializer,
        DriverAccumulators accumulators,
        boolean accumulating)
        implements JobRun.Values {
    @Override
    public Optional<byte[]> fetch(TaskOutcome.Success result) throws InterruptedException {
        if (result instanceof TaskOutcome.Returned returned) {
            return Optional.of(returned.value());
        }
        if (result instanceof TaskOutcome.Stored stored) {
            Optional<byte[]> value = blocks.takeResult(stored.holder(), stored.block());
            if (value.isPresent()) {
                loop.post(new DriverEvent.ResultFetched(stored.holder(), stored.block()));
            }
            return value;
        }
        throw new QuiverException("a result stage ended with " + result + "; this is an error in the engine");
    }

    @Override
    public void drop(TaskOutcome.Success result) {
        if (result instanceof TaskOutcome.Stored stored) {
            loop.post(new DriverEvent.ResultFetched(stored.holder(), stored.block()));
        }
    }

    @Override
    public Object decode(byte[] bytes) {
        return serializer.read(bytes);
    }

    @Override
    public void absorb(Map<Long, byte[]> deltas) {
        if (accumulating) {
            accumulators.absorb(deltas);
        }
    }

    ResultValues withoutAccumulators() {
        return new ResultValues(blocks, loop, serializer, accumulators, false);
    }
}

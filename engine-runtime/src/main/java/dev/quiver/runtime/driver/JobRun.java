package dev.quiver.runtime.driver;

import dev.quiver.JobFailedException;
import dev.quiver.QuiverException;
import dev.quiver.engine.JobRequest;
import dev.quiver.id.JobId;
import dev.quiver.scheduler.port.JobListener;
import dev.quiver.task.TaskOutcome;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One job as its user's thread sees it: the loop drops results into an inbox, and the waiting thread decodes them, so
 * that no user's value is ever touched on the loop.
 */
final class JobRun<R> implements JobListener {
    private sealed interface News {
        record Result(int index, List<TaskOutcome.Success> slices) implements News {}

        record Accumulated(Map<Long, byte[]> deltas) implements News {}

        record Succeeded() implements News {}

        record Failed(String message, TaskOutcome.Failure cause) implements News {}
    }

    /** What turns a task's report into a value, on the user's thread. */
    interface Values {
        /** The bytes of a result, fetched when they are stored elsewhere; empty when they died with their executor. */
        Optional<byte[]> fetch(TaskOutcome.Success result) throws InterruptedException;

        /** The value of a result. */
        Object decode(byte[] bytes);

        /** Frees a result that nobody will fetch. */
        void drop(TaskOutcome.Success result);

        /** Merges what a task added into the accumulators. */
        void absorb(Map<Long, byte[]> deltas);
    }

    private final JobId id;
    private final JobRequest<R> request;
    private final Values values;
    private final Mailbox<News> inbox;
    private volatile boolean abandoned;

    /** @param awakeNanos how long the waiting thread stays awake for its results */
    JobRun(JobId id, JobRequest<R> request, Values values, long awakeNanos) {
        this.id = id;
        this.request = request;
        this.values = values;
        this.inbox = new Mailbox<>(awakeNanos);
    }

    @Override
    public void onResult(int index, TaskOutcome.Success result) {
        put(new News.Result(index, List.of(result)));
    }

    @Override
    public void onResult(int index, List<TaskOutcome.Success> slices) {
        put(new News.Result(index, slices));
    }

    private void put(News.Result result) {
        inbox.put(result);
        if (abandoned) {
            dropRest();
        }
    }

    /** Nobody waits for this job any more: results that were not taken are freed where they are, now and later. */
    void abandon() {
        abandoned = true;
        dropRest();
    }

    private void dropRest() {
        for (News news = inbox.poll(); news != null; news = inbox.poll()) {
            if (news instanceof News.Result result) {
                result.slices().forEach(values::drop);
            }
        }
    }

    @Override
    public void onAccumulators(Map<Long, byte[]> deltas) {
        inbox.put(new News.Accumulated(deltas));
    }

    @Override
    public void onSucceeded() {
        inbox.put(new News.Succeeded());
    }

    @Override
    public void onFailed(String message, TaskOutcome.Failure cause) {
        inbox.put(new News.Failed(message, cause));
    }

    /**
     * Waits for the job, handing each result to the request's handler.
     *
     * @return positions in the submitted partitions whose results were lost before they were fetched, ascending
     * @throws JobFailedException   when it failed
     * @throws InterruptedException when this thread was interrupted; the job then still runs
     */
    @SuppressWarnings("unchecked")
    int[] await() throws InterruptedException {
        BitSet lost = new BitSet();
        while (true) {
            News news = inbox.take();
            if (news instanceof News.Result result) {
                List<Object> made = take(result.slices());
                if (made.size() == result.slices().size()) {
                    Object value = made.size() == 1 ? made.get(0) : SlicedResult.of(request.action(), made);
                    accept(result.index(), (R) value);
                } else {
                    lost.set(result.index());
                }
            } else if (news instanceof News.Accumulated accumulated) {
                values.absorb(accumulated.deltas());
            } else if (news instanceof News.Failed failed) {
                throw new JobFailedException(id, failed.message(), cause(failed.cause()));
            } else {
                return lost.stream().toArray();
            }
        }
    }

    /** The values of a partition's slices, fewer than there are when some were lost. */
    private List<Object> take(List<TaskOutcome.Success> slices) throws InterruptedException {
        List<Object> made = new ArrayList<>(slices.size());
        for (TaskOutcome.Success slice : slices) {
            values.absorb(slice.accumulators());
            values.fetch(slice).ifPresent(bytes -> made.add(values.decode(bytes)));
        }
        return made;
    }

    private void accept(int index, R value) {
        try {
            request.results().accept(index, value);
        } catch (RuntimeException unchecked) {
            throw unchecked;
        } catch (Exception checked) {
            throw new QuiverException(
                    "the results of " + request.callSite() + " could not be used: " + checked, checked);
        }
    }

    /** The task's own trace, as a cause to print. */
    private static Throwable cause(TaskOutcome.Failure failure) {
        String trace = null;
        if (failure instanceof TaskOutcome.Threw threw) {
            trace = threw.trace();
        } else if (failure instanceof TaskOutcome.Environment environment) {
            trace = environment.trace();
        }
        return trace == null ? null : new TaskTrace(trace);
    }

    /** Carries the text of a stack trace from an executor. */
    private static final class TaskTrace extends RuntimeException {
        private static final long serialVersionUID = 1;

        TaskTrace(String trace) {
            super("in the task: " + trace.strip(), null, false, false);
        }
    }
}

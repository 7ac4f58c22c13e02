package dev.quiver.scheduler.exclude;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which executors could not reach which, by what tasks say that wanted to read there. One witness may be wrong, and what it
 * missed is computed again, perhaps where it can read it. Two attempts of a stage that fail between the same two executors
 * are no accident.
 */
final class Complaints {
    private static final int ATTEMPTS = 2;

    private final Set<Complaint> complaints = new LinkedHashSet<>();

    private record Complaint(StageAttempt attempt, ExecutorId reader, ExecutorId holder) {
        boolean isBetween(ExecutorId one, ExecutorId other) {
            return reader.equals(one) && holder.equals(other) || reader.equals(other) && holder.equals(one);
        }

        boolean names(ExecutorId executor) {
            return reader.equals(executor) || holder.equals(executor);
        }
    }

    /**
     * A task could read nothing from an executor.
     *
     * @return which of the two others could not reach either, or whom they could not; of two alike the one that did not
     *     answer. Null as long as it may be an accident.
     */
    ExecutorId add(StageAttempt attempt, ExecutorId reader, ExecutorId holder) {
        complaints.add(new Complaint(attempt, reader, holder));
        long attempts = complaints.stream()
                .filter(each -> each.attempt().stage().equals(attempt.stage()) && each.isBetween(reader, holder))
                .map(Complaint::attempt)
                .distinct()
                .count();
        if (attempts < ATTEMPTS) {
            return null;
        }
        return partners(reader) > partners(holder) ? reader : holder;
    }

    private int partners(ExecutorId executor) {
        Set<ExecutorId> partners = new TreeSet<>();
        for (Complaint each : complaints) {
            if (each.names(executor)) {
                partners.add(each.reader().equals(executor) ? each.holder() : each.reader());
            }
        }
        return partners.size();
    }

    /** An attempt of this stage succeeded, or none will be made any more. */
    void forget(StageId stage) {
        complaints.removeIf(each -> each.attempt().stage().equals(stage));
    }

    /** An executor is gone. */
    void forget(ExecutorId executor) {
        complaints.removeIf(each -> each.names(executor));
    }
}

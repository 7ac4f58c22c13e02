package dev.quiver.scheduler.barrier;

import dev.quiver.config.Durations;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.TaskAttempt;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.scheduler.SchedulerEvent.BarrierReached;
import dev.quiver.scheduler.executor.Executor;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.scheduler.task.TaskSets;
import dev.quiver.task.BarrierAnswer;
import dev.quiver.time.Timer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Where the tasks of barrier stages wait for one another. They meet in rounds; a round is over when the last task has come,
 * or when it is certain that one cannot. A task may ask again in the same round, since it does not wait for one answer for
 * ever: only its last question is answered. A question of a round that is long over changes nothing.
 */
public final class Meetings {
    /** For all messages of one round. */
    private static final int MOST_CHARACTERS = 4 << 20;

    private static final int MOST_NAMED = 10;

    private final BarrierSettings settings;
    private final TaskSets taskSets;
    private final Executors executors;
    private final Timer<SchedulerEvent> timer;
    private final Map<StageAttempt, Meeting> meetings = new LinkedHashMap<>();

    /** The rounds of one stage attempt; one is open at a time. */
    private static final class Meeting {
        final Consumer<BarrierAnswer>[] replies;
        final String[] messages;
        final BitSet arrived = new BitSet();
        int round;
        String call = "";
        BarrierAnswer last;
        Timer.Scheduled due;

        @SuppressWarnings("unchecked")
        Meeting(int tasks) {
            replies = new Consumer[tasks];
            messages = new String[tasks];
        }
    }

    public Meetings(BarrierSettings settings, TaskSets taskSets, Executors executors, Timer<SchedulerEvent> timer) {
        this.settings = settings;
        this.taskSets = taskSets;
        this.executors = executors;
        this.timer = timer;
    }

    /** How many stage attempts have tasks that have met, or are about to. */
    public int count() {
        return meetings.size();
    }

    /** A task has come to a call that all must make, or asks who they are. */
    public void reached(BarrierReached event) {
        TaskAttempt task = event.task();
        TaskSet set = taskSets.find(task.stage());
        if (set == null
                || set.isRetired()
                || !set.isBarrier()
                || !set.holds(event.executor(), task.partition(), task.attempt())) {
            event.reply().accept(BarrierAnswer.failed("the attempt of this stage is over"));
            return;
        }
        if (event.round() < 0) {
            event.reply().accept(new BarrierAnswer(List.of(), hosts(set), ""));
            return;
        }
        Meeting meeting = meetings.computeIfAbsent(
                task.stage(), id -> new Meeting(set.assignment().layout().taskCount()));
        if (event.round() == meeting.round - 1 && meeting.last != null) {
            event.reply().accept(meeting.last);
        } else if (event.round() < meeting.round - 1) {
            // Whoever asked was answered, for it has asked in later rounds: this came late, or twice.
            event.reply().accept(BarrierAnswer.failed("all tasks of the stage are past this call"));
        } else {
            arrive(set, meeting, event);
        }
    }

    private void arrive(TaskSet set, Meeting meeting, BarrierReached event) {
        int task = event.task().partition();
        if (event.round() != meeting.round
                || !meeting.arrived.isEmpty() && !event.call().equals(meeting.call)) {
            meeting.replies[task] = event.reply();
            fail(
                    meeting,
                    "the tasks of a barrier stage must make the same calls in the same order, and task " + task
                            + " made call " + (event.round() + 1) + ", " + event.call() + ", when "
                            + (meeting.arrived.isEmpty() ? "no other" : meeting.call + " of others")
                            + " was the " + (meeting.round + 1) + ". one");
            return;
        }
        if (meeting.arrived.isEmpty()) {
            meeting.call = event.call();
            meeting.due = timer.postAfter(
                    settings.timeout(),
                    new SchedulerEvent.BarrierDue(event.task().stage(), meeting.round));
        }
        meeting.arrived.set(task);
        meeting.replies[task] = event.reply();
        meeting.messages[task] = event.message();
        if (set.unfinishedCount() < meeting.replies.length) {
            fail(meeting, gone(set, meeting));
        } else if (meeting.arrived.cardinality() == meeting.replies.length) {
            complete(set, meeting);
        }
    }

    private void complete(TaskSet set, Meeting meeting) {
        long characters = 0;
        for (String message : meeting.messages) {
            characters += message.length();
        }
        if (characters > MOST_CHARACTERS) {
            fail(
                    meeting,
                    "the messages of " + meeting.call + " have " + characters + " characters together, and "
                            + MOST_CHARACTERS + " are allowed");
            return;
        }
        BarrierAnswer answer = new BarrierAnswer(Arrays.asList(meeting.messages), hosts(set), "");
        answer(meeting, answer);
        meeting.last = answer;
        meeting.round++;
    }

    private void fail(Meeting meeting, String problem) {
        answer(meeting, BarrierAnswer.failed(problem));
    }

    private static void answer(Meeting meeting, BarrierAnswer answer) {
        if (meeting.due != null) {
            meeting.due.cancel();
            meeting.due = null;
        }
        meeting.arrived.clear();
        Arrays.fill(meeting.messages, null);
        for (int task = 0; task < meeting.replies.length; task++) {
            Consumer<BarrierAnswer> reply = meeting.replies[task];
            meeting.replies[task] = null;
            if (reply != null) {
                reply.accept(answer);
            }
        }
    }

    /** A task of a barrier stage ended: whoever waits for it waits in vain. */
    public void taskEnded(TaskSet set) {
        Meeting meeting = meetings.get(set.attempt());
        if (meeting != null && !meeting.arrived.isEmpty()) {
            fail(meeting, gone(set, meeting));
        }
    }

    private static String gone(TaskSet set, Meeting meeting) {
        BitSet missing = new BitSet();
        for (int task = 0; task < meeting.replies.length; task++) {
            if (!set.needs(task)) {
                missing.set(task);
            }
        }
        return names(missing) + " of the stage ended without calling " + meeting.call + ", for which the others wait";
    }

    /** The last task should have come by now. */
    public void due(SchedulerEvent.BarrierDue event) {
        Meeting meeting = meetings.get(event.stage());
        if (meeting != null && meeting.round == event.round() && meeting.due != null) {
            meeting.due = null;
            BitSet missing = new BitSet();
            missing.set(0, meeting.replies.length);
            missing.andNot(meeting.arrived);
            fail(
                    meeting,
                    names(missing) + " of the stage did not call " + meeting.call + " within "
                            + Durations.format(settings.timeout()) + " (" + BarrierSettings.TIMEOUT.name()
                            + ") after the first of its " + meeting.replies.length + " tasks");
        }
    }

    private static String names(BitSet tasks) {
        int count = tasks.cardinality();
        String first =
                tasks.stream().limit(MOST_NAMED).mapToObj(String::valueOf).collect(Collectors.joining(", "));
        return (count == 1 ? "task " : "tasks ")
                + first
                + (count > MOST_NAMED ? " and " + (count - MOST_NAMED) + " more" : "");
    }

    private List<String> hosts(TaskSet set) {
        String[] hosts = new String[set.assignment().layout().taskCount()];
        Arrays.fill(hosts, "");
        for (ExecutorId id : set.holders()) {
            Executor executor = executors.find(id);
            for (int task = 0; task < hosts.length && executor != null; task++) {
                if (set.holds(id, task, set.currentAttempt(task))) {
                    hosts[task] = executor.host();
                }
            }
        }
        return new ArrayList<>(Arrays.asList(hosts));
    }

    /** Sends away who waits in attempts that are over; to be called after every event. */
    public void settle() {
        for (Iterator<Map.Entry<StageAttempt, Meeting>> each =
                        meetings.entrySet().iterator();
                each.hasNext(); ) {
            Map.Entry<StageAttempt, Meeting> entry = each.next();
            TaskSet set = taskSets.find(entry.getKey());
            if (set == null || set.isRetired()) {
                each.remove();
                fail(
                        entry.getValue(),
                        "the attempt of this stage is over: another of its tasks failed, or it was stopped");
            }
        }
    }
}

package dev.quiver.task;

import java.util.List;

/**
 * What a task of a barrier stage is told when all have come, or cannot come any more.
 *
 * @param messages what each task brought along, by task
 * @param hosts    where each task runs, by task
 * @param problem  why the tasks cannot meet, as a sentence; empty when they did
 */
public record BarrierAnswer(List<String> messages, List<String> hosts, String problem) {
    public BarrierAnswer {
        messages = List.copyOf(messages);
        hosts = List.copyOf(hosts);
    }

    /** They cannot meet. */
    public static BarrierAnswer failed(String problem) {
        return new BarrierAnswer(List.of(), List.of(), problem);
    }
}

package dev.quiver.benchmarks;

import dev.quiver.Session;
import dev.quiver.SessionBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * From the start of a process to its first result. Every run starts a process of its own, with the flags and the class
 * path of this one, so that every run is cold; what it takes to end is not counted.
 */
final class Startup implements Workload {
    /** The process: opens a session with these settings, each {@code key=value}, runs one job, prints the result. */
    public static void main(String[] rowsAndSettings) {
        SessionBuilder builder = Session.builder();
        for (int index = 1; index < rowsAndSettings.length; index++) {
            String[] setting = rowsAndSettings[index].split("=", 2);
            builder.config(setting[0], setting[1]);
        }
        try (Session session = builder.create()) {
            System.out.println(
                    session.range(0, Long.parseLong(rowsAndSettings[0]), 1, 2).count());
        }
    }

    @Override
    public Outcome run(Session session, Sizes sizes) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>();
        arguments.add(Long.toString(sizes.rows(1_000)));
        session.config().asMap().forEach((key, value) -> arguments.add(key + "=" + value));
        OwnProcess.Answer answer = OwnProcess.of(Startup.class, arguments);
        return new Outcome(answer.line(), answer.nanos(), "");
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return Long.toString(sizes.rows(1_000));
    }
}

package dev.quiver.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a driver's log says of the stages that it ran. */
final class Stages {
    private static final Pattern STAGE = Pattern.compile("stage=(\\d+)\\.(\\d+) started: .*, (\\d+) tasks");

    private Stages() {}

    /** How many tasks each stage was started with, in order. A second attempt of a stage fails the test. */
    static List<Integer> started(String log) {
        List<Integer> tasks = new ArrayList<>();
        Matcher stage = STAGE.matcher(log);
        while (stage.find()) {
            assertThat(stage.group(2)).as("attempt of stage " + stage.group(1)).isEqualTo("0");
            tasks.add(Integer.parseInt(stage.group(3)));
        }
        return tasks;
    }
}

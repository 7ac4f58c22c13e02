package dev.quiver.k8s.submit;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.util.List;

/**
 * How long the submitting process stays with its driver.
 *
 * @param waits        whether it stays until the driver ends
 * @param keepsPod     whether the driver's pod stays after its end, with its log
 * @param endsWithThis whether the driver ends when the submitting process is told to
 */
record SubmissionSettings(boolean waits, boolean keepsPod, boolean endsWithThis) {
    static final ConfigKey<Boolean> WAIT = ConfigKey.flag("kubernetes.submission.waitAppCompletion", true)
            .doc("In cluster mode, whether 'quiver submit' stays until the driver ends, shows its log, and ends"
                    + " with its exit code.");
    static final ConfigKey<Boolean> KEEP = ConfigKey.flag("kubernetes.driver.keepPod", false)
            .doc("In cluster mode, whether the driver's pod stays after its end, so that its log can be read. Without"
                    + " waiting it always does.");
    static final ConfigKey<Boolean> END = ConfigKey.flag("kubernetes.submission.endsWithSubmitter", false)
            .doc("In cluster mode, whether Ctrl-C at 'quiver submit' also ends the driver in the cluster.");

    static List<ConfigKey<?>> keys() {
        return List.of(WAIT, KEEP, END);
    }

    static SubmissionSettings of(Config config) {
        boolean waits = config.get(WAIT);
        return new SubmissionSettings(waits, config.get(KEEP) || !waits, config.get(END));
    }
}

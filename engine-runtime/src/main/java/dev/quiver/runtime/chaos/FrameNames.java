package dev.quiver.runtime.chaos;

import dev.quiver.rpc.FrameFaults.Arrival;
import dev.quiver.rpc.FrameFaults.Purpose;
import dev.quiver.runtime.protocol.MessageNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What frames are called in plans: {@code told:report}, {@code asked:request-commit}, {@code chunk}. */
final class FrameNames {
    private static final Map<String, Purpose> WITH_MESSAGE = Map.of(
            "told:", Purpose.TELL,
            "asked:", Purpose.ASK,
            "answered:", Purpose.REPLY,
            "opened:", Purpose.STREAM_OPEN);

    private static final Map<String, Purpose> ALONE =
            Map.of("chunk", Purpose.STREAM_CHUNK, "stream-end", Purpose.STREAM_END);

    private FrameNames() {}

    static boolean isFrame(String what) {
        return ALONE.containsKey(what) || purpose(what) != null;
    }

    private static Purpose purpose(String what) {
        int colon = what.indexOf(':') + 1;
        Purpose purpose = colon == 0 ? null : WITH_MESSAGE.get(what.substring(0, colon));
        return purpose != null && MessageNames.type(what.substring(colon)).isPresent() ? purpose : null;
    }

    static boolean names(String what, Arrival frame) {
        Purpose alone = ALONE.get(what);
        if (alone != null) {
            return frame.purpose() == alone;
        }
        int colon = what.indexOf(':') + 1;
        return frame.purpose() == purpose(what)
                && MessageNames.type(what.substring(colon)).orElse(-1) == frame.type();
    }

    /** The forms there are, for messages about others. */
    static String forms() {
        List<String> forms = new ArrayList<>(ALONE.keySet());
        WITH_MESSAGE.keySet().forEach(prefix -> forms.add(prefix + "NAME"));
        forms.sort(null);
        return String.join(", ", forms) + " with NAME of " + String.join(", ", MessageNames.all());
    }
}

package dev.quiver.runtime.chaos;

import dev.quiver.UsageException;
import dev.quiver.rpc.FrameFaults.Fate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Faults as text, separated by semicolons. */
final class FaultText {
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s)");
    private static final Pattern PLACE = Pattern.compile("driver|executors|executor-[^\\s@;~]+(~\\d{1,6})?");

    private FaultText() {}

    static String print(List<Fault> plan) {
        return plan.stream().map(FaultText::print).collect(Collectors.joining("; "));
    }

    static String print(Fault fault) {
        return fault.where() + " " + fault.what() + (fault.peer().isEmpty() ? "" : "@" + fault.peer()) + " "
                + (fault.everyTime() ? "every" : fault.number()) + " " + print(fault.deed());
    }

    private static String print(Deed deed) {
        if (deed instanceof Deed.ToFrame toFrame) {
            return print(toFrame.fate());
        } else if (deed instanceof Deed.Cut cut) {
            String side = cut.incoming() && cut.outgoing() ? "both" : cut.incoming() ? "in" : "out";
            return "cut " + side + " " + print(cut.length());
        } else if (deed instanceof Deed.Late late) {
            return "late " + print(late.by());
        } else if (deed instanceof Deed.Kill kill) {
            return "kill " + kill.executor();
        } else if (deed instanceof Deed.Freeze freeze) {
            return "freeze " + freeze.executor() + " " + print(freeze.length());
        }
        return "fails";
    }

    private static String print(Fate fate) {
        if (fate instanceof Fate.IsLost) {
            return "lost";
        } else if (fate instanceof Fate.ComesTwice) {
            return "twice";
        } else if (fate instanceof Fate.IsOvertaken) {
            return "overtaken";
        } else if (fate instanceof Fate.Reset reset) {
            return reset.behind() ? "reset-behind" : "reset";
        }
        throw new IllegalArgumentException("no fault: " + fate);
    }

    private static String print(Duration time) {
        return time.toMillis() + "ms";
    }

    /** @throws UsageException naming the fault that cannot be read, and what can be */
    static List<Fault> parse(String text) {
        List<Fault> plan = new ArrayList<>();
        for (String one : text.split(";")) {
            if (!one.isBlank()) {
                plan.add(parseOne(one.strip()));
            }
        }
        return List.copyOf(plan);
    }

    private static Fault parseOne(String text) {
        String[] words = text.split("\\s+");
        if (words.length < 4) {
            throw malformed(text, "it is not WHERE WHAT NUMBER DEED");
        }
        String where = place(text, words[0]);
        int at = words[1].indexOf('@');
        String what = at < 0 ? words[1] : words[1].substring(0, at);
        String peer = at < 0 ? "" : place(text, words[1].substring(at + 1));
        if (!words[2].matches("every|[1-9]\\d{0,8}")) {
            throw malformed(text, "'" + words[2] + "' is neither 'every' nor a number from 1 on");
        }
        int number = words[2].equals("every") ? 0 : Integer.parseInt(words[2]);
        Fault fault = new Fault(where, what, peer, number, deed(text, words, FrameNames.isFrame(what)));
        requireSense(text, fault);
        return fault;
    }

    private static String place(String text, String name) {
        if (!PLACE.matcher(name).matches()) {
            throw malformed(
                    text, "'" + name + "' is not driver, executors, executor-NAME or executor-NAME~INCARNATION");
        }
        return name;
    }

    private static Deed deed(String text, String[] words, boolean ofFrame) {
        String name = words[3];
        int arguments = switch (name) {
            case "lost", "twice", "overtaken", "reset", "reset-behind", "fails" -> 0;
            case "late", "kill" -> 1;
            case "cut", "freeze" -> 2;
            default ->
                throw malformed(
                        text,
                        "'" + name + "' is not lost, twice, overtaken, reset, reset-behind, late, cut, fails, kill"
                                + " or freeze");
        };
        if (words.length != 4 + arguments) {
            throw malformed(text, "'" + name + "' takes " + arguments + " words behind it");
        }
        return switch (name) {
            case "lost" -> new Deed.ToFrame(Fate.IS_LOST);
            case "twice" -> new Deed.ToFrame(Fate.COMES_TWICE);
            case "overtaken" -> new Deed.ToFrame(Fate.IS_OVERTAKEN);
            case "reset" -> new Deed.ToFrame(Fate.RESET_BEFORE);
            case "reset-behind" -> new Deed.ToFrame(Fate.RESET_BEHIND);
            case "late" -> new Deed.Late(time(text, words[4]));
            case "cut" -> cut(text, words[4], time(text, words[5]));
            case "kill" -> new Deed.Kill(place(text, words[4]));
            case "freeze" -> new Deed.Freeze(place(text, words[4]), time(text, words[5]));
            default -> new Deed.FailsWrite();
        };
    }

    private static Deed cut(String text, String side, Duration length) {
        if (!side.matches("in|out|both")) {
            throw malformed(text, "'" + side + "' is not in, out or both");
        }
        return new Deed.Cut(!side.equals("out"), !side.equals("in"), length);
    }

    private static Duration time(String text, String word) {
        Matcher matcher = TIME.matcher(word);
        if (!matcher.matches()) {
            throw malformed(text, "'" + word + "' is not a time such as 200ms or 3s");
        }
        long number = Long.parseLong(matcher.group(1));
        return matcher.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number);
    }

    private static void requireSense(String text, Fault fault) {
        Deed deed = fault.deed();
        boolean sense = switch (fault.what()) {
            case Fault.ENDS, Fault.MILLIS ->
                fault.isToAProcess() && fault.where().equals(Fault.DRIVER) && !fault.everyTime();
            case Fault.WRITE -> deed instanceof Deed.FailsWrite || deed instanceof Deed.Late;
            case Fault.TASK -> deed instanceof Deed.Late;
            default ->
                fault.isOnTheWire()
                        && (deed instanceof Deed.ToFrame || deed instanceof Deed.Cut || deed instanceof Deed.Late);
        };
        if (!sense || !fault.isOnTheWire() && !fault.peer().isEmpty()) {
            throw malformed(
                    text,
                    "'driver ends' and 'driver millis' take kill and freeze, 'write' takes fails and late, 'task'"
                            + " takes late, and frames the rest: " + FrameNames.forms());
        }
    }

    private static UsageException malformed(String text, String why) {
        return new UsageException(
                "the fault '" + text + "' in " + ChaosSettings.PLAN.name() + " cannot be read: " + why);
    }
}

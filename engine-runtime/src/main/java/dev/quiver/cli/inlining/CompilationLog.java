package dev.quiver.cli.inlining;

import dev.quiver.cli.inlining.CompiledMethod.Call;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what {@code -XX:+LogCompilation} writes. It looks like XML with one element a line, but is cut off when the JVM is
 * killed, so it is read line by line. Classes and methods are numbered anew in every task:
 *
 * <pre>{@code
 * <task method='dev.quiver.exec.compile.StageLoop/0x01 range (JJI)V' ...>
 * <klass id='7' name='Words$$Lambda/0x02' .../>
 * <method id='8' holder='7' name='call' bytes='8' .../>
 * <parse method='...'>
 *   <call method='8' .../>
 *   <inline_success reason='inline (hot)'/>
 *   <parse method='8'> ... calls of the inlined method ... </parse>
 *   <call method='9' .../>
 *   <inline_fail reason='hot method too big'/>
 * </parse>
 * <failure reason='out of nodes'/>
 * </task>
 * }</pre>
 */
final class CompilationLog {
    private static final Pattern ATTRIBUTE = Pattern.compile(" ([a-z_0-9]+)='([^']*)'");

    /** The optimising compiler's tasks name no level; the quick one's do. */
    private static final String OPTIMISED = "4";

    private final Predicate<String> wanted;
    private final List<CompiledMethod> compiled = new ArrayList<>();
    private final Map<String, String> classes = new HashMap<>();
    private final Map<String, Map<String, String>> methods = new HashMap<>();
    private final ArrayDeque<Call> open = new ArrayDeque<>();
    private String[] method;
    private boolean onStack;
    private String failure;
    private Call root;
    private Call last;

    private CompilationLog(Predicate<String> wanted) {
        this.wanted = wanted;
    }

    /**
     * The finished compilations of a log, in order.
     *
     * @param wanted which classes' methods, by name of the class
     */
    static List<CompiledMethod> read(Path file, Predicate<String> wanted) throws IOException {
        CompilationLog log = new CompilationLog(wanted);
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                log.line(line.strip());
            }
        }
        return log.compiled;
    }

    private void line(String line) {
        if (line.startsWith("<task ")) {
            start(attributes(line));
        } else if (method == null) {
            return;
        } else if (line.startsWith("<klass ") || line.startsWith("<type ")) {
            Map<String, String> found = attributes(line);
            classes.put(found.get("id"), found.get("name"));
        } else if (line.startsWith("<method ")) {
            Map<String, String> found = attributes(line);
            methods.put(found.get("id"), found);
        } else if (line.startsWith("<parse ")) {
            parse(attributes(line).get("method"));
        } else if (line.equals("</parse>")) {
            open.poll();
        } else if (line.startsWith("<call ")) {
            call(attributes(line));
        } else if (line.startsWith("<inline_success") || line.startsWith("<inline_fail")) {
            decided(line.startsWith("<inline_success"), attributes(line).get("reason"));
        } else if (line.startsWith("<failure ")) {
            failure = attributes(line).get("reason");
        } else if (line.startsWith("</task>")) {
            end();
        }
    }

    private void start(Map<String, String> task) {
        String[] words = task.getOrDefault("method", "").split(" ");
        boolean optimised = OPTIMISED.equals(task.getOrDefault("level", OPTIMISED));
        method = words.length == 3 && optimised && wanted.test(words[0]) ? words : null;
        onStack = "osr".equals(task.get("compile_kind"));
        failure = null;
        classes.clear();
        methods.clear();
        open.clear();
        root = new Call("", "", 0);
        last = null;
    }

    /** A method is entered: the one that is compiled, again when the JIT starts over, or the one inlined last. */
    private void parse(String id) {
        if (!open.isEmpty()) {
            open.push(last == null ? open.peek() : last);
        } else if (isCompiled(id)) {
            root = new Call("", "", 0);
            open.push(root);
        } else {
            // Small methods of the JDK, such as those that make boxes, are inlined after all others.
            open.push(new Call("", "", 0));
        }
        last = null;
    }

    private boolean isCompiled(String id) {
        Map<String, String> entered = methods.getOrDefault(id, Map.of());
        return method[1].equals(entered.get("name")) && method[0].equals(classes.get(entered.get("holder")));
    }

    private void call(Map<String, String> call) {
        Map<String, String> target = methods.getOrDefault(call.get("method"), Map.of());
        last = new Call(
                classes.getOrDefault(target.get("holder"), "?"),
                target.getOrDefault("name", "?"),
                Integer.parseInt(target.getOrDefault("bytes", "0")));
        if (!open.isEmpty()) {
            open.peek().calls.add(last);
        }
    }

    private void decided(boolean inlined, String reason) {
        if (last != null) {
            last.inlined = inlined;
            last.verdict = reason;
        }
    }

    private void end() {
        compiled.add(new CompiledMethod(method[0], method[1], onStack, failure, root.calls));
        method = null;
    }

    private static Map<String, String> attributes(String line) {
        Map<String, String> found = new HashMap<>();
        Matcher matcher = ATTRIBUTE.matcher(line);
        while (matcher.find()) {
            found.put(matcher.group(1), plain(matcher.group(2)));
        }
        return found;
    }

    private static String plain(String text) {
        return text.indexOf('&') < 0
                ? text
                : text.replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&apos;", "'")
                        .replace("&quot;", "\"")
                        .replace("&amp;", "&");
    }
}

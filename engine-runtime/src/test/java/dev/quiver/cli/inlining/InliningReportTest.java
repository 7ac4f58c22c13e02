package dev.quiver.cli.inlining;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InliningReportTest {
    private static final String HEAD = """
            <task compile_id='1' %smethod='dev.quiver.exec.compile.StageLoop/0x01 range (JJI)V' bytes='166'>
            <klass id='1' name='dev.quiver.exec.compile.StageLoop/0x01' flags='4112'/>
            <method id='2' holder='1' name='range' bytes='166'/>
            <klass id='3' name='acme.App$$Lambda$7/0x02' flags='4112'/>
            <method id='4' holder='3' name='call' bytes='8'/>
            <klass id='5' name='acme.App' flags='1'/>
            <method id='6' holder='5' name='lambda$main$0' bytes='400'/>
            <method id='7' holder='5' name='helper' bytes='90'/>
            <parse method='2' uses='1'>
            <call method='4' inline='1'/>
            """;

    @TempDir
    Path folder;

    @Test
    void saysThatAFunctionWasInlined() throws Exception {
        write(HEAD.formatted("") + CALLED + "<inline_success reason='inline (hot)'/>\n<parse method='6'>\n</parse>\n"
                + TAIL);
        assertThat(report()).containsExactly("lambda of map at App.main(App.java:3) was inlined in stage range > map");
    }

    @Test
    void saysWhyAFunctionWasNotInlinedAndWhatHelps() throws Exception {
        write(HEAD.formatted("") + CALLED + "<inline_fail reason='hot method too big'/>\n" + TAIL);
        assertThat(report())
                .singleElement()
                .asString()
                .startsWith(
                        "lambda of map at App.main(App.java:3) was not inlined in stage range > map, because its body"
                                + " has 400 bytes of bytecode, more than are inlined of a method that is called often"
                                + " (FreqInlineSize, 325); what helps: ");
    }

    @Test
    void namesTheMethodThatAFunctionCallsWhenThatIsTooLarge() throws Exception {
        write(HEAD.formatted("") + CALLED
                + "<inline_success reason='inline (hot)'/>\n<parse method='6'>\n<call method='7'/>\n"
                + "<inline_fail reason='recursive inlining is too deep'/>\n</parse>\n" + TAIL);
        assertThat(report())
                .singleElement()
                .asString()
                .contains("because App.helper, which it calls, was not: it calls itself");
    }

    @Test
    void theLastWordOfTheWholeMethodCounts() throws Exception {
        String refused = CALLED + "<inline_fail reason='executed &lt; MinInliningThreshold times'/>\n" + TAIL;
        String inlined = CALLED + "<inline_success reason='inline (hot)'/>\n<parse method='6'>\n</parse>\n" + TAIL;
        write(HEAD.formatted("")
                + refused
                + HEAD.formatted("level='3' ")
                + refused
                + HEAD.formatted("")
                + inlined
                + HEAD.formatted("compile_kind='osr' ")
                + refused);
        assertThat(report()).singleElement().asString().contains(" was inlined ");
    }

    @Test
    void saysThatAFunctionNeverGotSoFar() throws Exception {
        write("<hotspot_log>\n");
        assertThat(report()).singleElement().asString().contains("was not compiled", "ran too short for the JIT");
    }

    @Test
    void readsALogThatWasCutOff() throws Exception {
        String whole = HEAD.formatted("") + CALLED + "<inline_fail reason='hot method too big'/>\n" + TAIL;
        for (int length = 0; length < whole.length(); length++) {
            write(whole.substring(0, length));
            assertThat(report()).as("cut after %s", length).isNotEmpty();
        }
    }

    @Test
    void saysThatALoopCouldNotBeCompiled() throws Exception {
        write(HEAD.formatted("") + "<failure reason='out of nodes' phase='compile'/>\n</parse>\n</task>\n");
        assertThat(report()).first().asString().contains("could not compile a loop, StageLoop/0x01", "out of nodes");
    }

    private static final String CALLED =
            "<inline_success reason='inline (hot)'/>\n<parse method='4'>\n<call method='6'/>\n";
    private static final String TAIL = "</parse>\n</parse>\n<task_done success='1'/>\n</task>\n";

    private void write(String log) throws Exception {
        Files.writeString(folder.resolve("jit-pid5.log"), log);
        Files.writeString(
                folder.resolve("functions-5.txt"),
                "acme.App$$Lambda$7/0x02\tlambda of map at App.main(App.java:3)\trange > map\n");
    }

    private List<String> report() throws Exception {
        return InliningReport.read(folder);
    }
}

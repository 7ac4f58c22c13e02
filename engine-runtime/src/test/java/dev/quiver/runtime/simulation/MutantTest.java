package dev.quiver.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The list of rules that can be switched off: sources change, and it must not fall behind. */
class MutantTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void everyRuleOfTheListStandsInTheSourcesOnce() throws IOException {
        List<Mutant> mutants = Mutant.read(Path.of("src/test/mutants.txt"));
        assertThat(mutants).hasSizeGreaterThan(50);
        assertThat(mutants).extracting(Mutant::name).doesNotHaveDuplicates();
        for (Mutant mutant : mutants) {
            Map<String, String> sources = new HashMap<>();
            for (Mutant.Edit edit : mutant.edits()) {
                String source = sources.getOrDefault(edit.file(), Files.readString(ROOT.resolve(edit.file())));
                String changed = edit.apply(source);
                assertThat(changed).as(mutant.name()).isNotEqualTo(source);
                sources.put(edit.file(), changed);
            }
        }
    }
}

package io.mmulab.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

/** {@code docs/the-argument.md} says what the program says; {@code -Dmmulab.argument.update=true} writes it anew. */
class ArgumentPageTest {
    private static final Path PAGE = Path.of("docs/the-argument.md");

    @Test
    void thePageSaysWhatTheProgramSays() throws IOException {
        String page = ArgumentPage.of(CatalogueTest.CATALOGUE);
        if (Boolean.getBoolean("mmulab.argument.update")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }
}

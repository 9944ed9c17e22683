package io.mmulab.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

import io.mmulab.scenario.Script;

/** Reads scripts from bodies. */
final class Scripts {
    /** Shown in the description. */
    static final String EXAMPLE = """
            # parent and child share a page until one writes
            mmap A 4 rw private-anon
            write A 0 1
            fork C
            in C write A 0 2
            read A 0
            """;

    private static final int MAX_BYTES = Script.MAX_LINES * (Script.MAX_LINE_LENGTH + 1);

    private Scripts() {}

    static Script read(InputStream body) throws IOException {
        return Script.parse(text(body));
    }

    static String text(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw ProblemException.of(ProblemType.TOO_LARGE, "Nothing was changed: a script has at most " + MAX_BYTES
                    + " bytes.");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

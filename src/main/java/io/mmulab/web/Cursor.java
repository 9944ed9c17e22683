package io.mmulab.web;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;

/** A place in a list, opaque to clients, and good only for the query that it was given for. */
record Cursor(String query, String position) {

    /** Where the list begins. */
    static final String START = "";

    String encode() {
        String text = fingerprint(query) + ":" + position;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The position that a cursor holds; {@link #START} where none was sent. */
    static String position(@Nullable String cursor, String query) {
        if (cursor == null) {
            return START;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            if (colon > 0 && text.substring(0, colon).equals(fingerprint(query))) {
                return text.substring(colon + 1);
            }
        } catch (IllegalArgumentException _) {
            // Not one of ours: the same answer.
        }
        throw ProblemException.aboutField(ProblemType.BAD_CURSOR,
                "Send a cursor only with the filter that it was given for, or start again without one.", "cursor",
                "is not of this query");
    }

    /** As {@link #position}, for a number. */
    static long number(@Nullable String cursor, String query) {
        String position = position(cursor, query);
        return position.isEmpty() ? 0 : Long.parseLong(position);
    }

    private static String fingerprint(String query) {
        var crc = new CRC32C();
        crc.update(query.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }
}

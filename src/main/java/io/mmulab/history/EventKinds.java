package io.mmulab.history;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventColumns;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.event.ViolationKind;

/**
 * The kinds of event that ever occurred, by number. New ones are stored at once, on a connection of their own: whatever
 * becomes of the transaction that met them first, a number stays what it is, and nobody waits for it.
 */
final class EventKinds {
    private static final String SELECT =
            "select id, phase, event_type, blockable, cause, reaction, violation from event_kind";
    private static final int TYPE_BITS = 5;
    private static final int CAUSE_BITS = 10;
    private static final int REACTION_BITS = 5;
    private static final int VIOLATION_BITS = 4;

    private final JdbcTemplate jdbc;
    private final JdbcTemplate aside;
    private final Map<Integer, EventKind> byId = new ConcurrentHashMap<>();
    private volatile List<EventKind> known = List.of();
    private volatile NumberMap numbers = new NumberMap(64);

    /**
     * The kinds of a database.
     *
     * @param jdbc for reading, in a caller's transaction or without one
     * @param aside connections that never take part in a caller's transaction
     */
    EventKinds(JdbcTemplate jdbc, JdbcTemplate aside) {
        this.jdbc = jdbc;
        this.aside = aside;
    }

    /** The number of a row's kind. Allocates nothing for a kind that was met before. */
    int number(EventColumns rows, int i) {
        int key = key(rows.phase(i), rows.type(i), rows.blockable(i), rows.cause(i), rows.reaction(i),
                rows.violation(i));
        int number = numbers.get(key);
        return number >= 0 ? number : meet(key, rows, i);
    }

    private static int key(Phase phase, @Nullable EventType type, boolean blockable, Cause cause,
            @Nullable Reaction reaction, @Nullable ViolationKind violation) {
        int key = phase.ordinal();
        key = (key << TYPE_BITS) | (type == null ? 0 : type.ordinal() + 1);
        key = (key << CAUSE_BITS) | cause.ordinal();
        key = (key << REACTION_BITS) | (reaction == null ? 0 : reaction.ordinal() + 1);
        key = (key << VIOLATION_BITS) | (violation == null ? 0 : violation.ordinal() + 1);
        return (key << 1) | (blockable ? 1 : 0);
    }

    private synchronized int meet(int key, EventColumns rows, int i) {
        String name = EventKind.name(rows.phase(i), rows.type(i), rows.blockable(i), rows.cause(i), rows.reaction(i),
                rows.violation(i));
        Integer number = find(name);
        if (number == null) {
            try {
                aside.update("insert into event_kind (name, phase, event_type, blockable, cause, reaction, violation)"
                        + " values (?, ?, ?, ?, ?, ?, ?)", name, rows.phase(i).name(), nameOf(rows.type(i)),
                        rows.blockable(i), rows.cause(i).name(), nameOf(rows.reaction(i)), nameOf(rows.violation(i)));
            } catch (DuplicateKeyException _) {
                // Another replica met it at the same moment.
            }
            number = find(name);
        }
        if (number == null) {
            throw new IllegalStateException("event kind " + name + " was not stored");
        }
        numbers = numbers.with(key, number);
        return number;
    }

    private @Nullable Integer find(String name) {
        return aside.queryForList("select id from event_kind where name = ?", Integer.class, name).stream().findFirst()
                .orElse(null);
    }

    private static @Nullable String nameOf(@Nullable Enum<?> value) {
        return value == null ? null : value.name();
    }

    /** A kind by its number. */
    EventKind get(int id) {
        EventKind kind = byId.get(id);
        if (kind == null) {
            all();
            kind = byId.get(id);
        }
        if (kind == null) {
            throw new IllegalStateException("there is no event kind " + id);
        }
        return kind;
    }

    /** All that there are. They only become more, so their number tells whether another replica has met one. */
    List<EventKind> all() {
        List<EventKind> kinds = known;
        Integer stored = jdbc.queryForObject("select count(*) from event_kind", Integer.class);
        if (stored == null || stored != kinds.size()) {
            kinds = List.copyOf(jdbc.query(SELECT, (row, i) -> kind(row)));
            kinds.forEach(kind -> byId.put(kind.id(), kind));
            known = kinds;
        }
        return kinds;
    }

    private static EventKind kind(ResultSet row) throws SQLException {
        return new EventKind(row.getInt(1), Phase.valueOf(row.getString(2)), of(EventType.class, row.getString(3)),
                row.getBoolean(4), Cause.valueOf(row.getString(5)), of(Reaction.class, row.getString(6)),
                of(ViolationKind.class, row.getString(7)));
    }

    private static <E extends Enum<E>> @Nullable E of(Class<E> type, @Nullable String name) {
        return name == null ? null : Enum.valueOf(type, name);
    }

    /** From keys to numbers, in arrays, never changed after it was published. */
    private static final class NumberMap {
        private final int[] keys;
        private final int[] values;
        private int size;

        NumberMap(int capacity) {
            keys = new int[capacity];
            values = new int[capacity];
            java.util.Arrays.fill(values, -1);
        }

        int get(int key) {
            int at = slot(key);
            return values[at];
        }

        private int slot(int key) {
            int mask = keys.length - 1;
            int at = (key * 0x9e3779b9) >>> 7 & mask;
            while (values[at] >= 0 && keys[at] != key) {
                at = (at + 1) & mask;
            }
            return at;
        }

        NumberMap with(int key, int value) {
            NumberMap copy = new NumberMap(size * 2 >= keys.length ? keys.length * 2 : keys.length);
            for (int i = 0; i < keys.length; i++) {
                if (values[i] >= 0) {
                    copy.put(keys[i], values[i]);
                }
            }
            copy.put(key, value);
            return copy;
        }

        private void put(int key, int value) {
            int at = slot(key);
            keys[at] = key;
            values[at] = value;
            size++;
        }
    }
}

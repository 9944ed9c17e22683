package io.mmulab.history;

/** What the two databases do each in its own way. */
enum HistoryDatabase {
    /** Embedded: one process. */
    H2("""
            merge into event_total t
            using (values (cast(? as bigint), cast(? as timestamp(6) with time zone), cast(? as integer),
                cast(? as varchar(64)), cast(? as bigint), cast(? as bigint), cast(? as bigint)))
                n (machine, from_minute, kind, subscriber, events, entries, pages)
            on t.machine = n.machine and t.from_minute = n.from_minute and t.kind = n.kind and t.subscriber = n.subscriber
            when matched then update set events = t.events + n.events, entries = t.entries + n.entries,
                pages = t.pages + n.pages
            when not matched then insert (machine, from_minute, kind, subscriber, events, entries, pages)
                values (n.machine, n.from_minute, n.kind, n.subscriber, n.events, n.entries, n.pages)
            """),
    /** A server, for one process or several. */
    POSTGRESQL("""
            insert into event_total as t (machine, from_minute, kind, subscriber, events, entries, pages)
            values (?, ?, ?, ?, ?, ?, ?)
            on conflict (machine, from_minute, kind, subscriber) do update
            set events = t.events + excluded.events, entries = t.entries + excluded.entries,
                pages = t.pages + excluded.pages
            """);

    private final String addTotal;

    HistoryDatabase(String addTotal) {
        this.addTotal = addTotal;
    }

    /** @param productName as JDBC's metadata give it */
    static HistoryDatabase of(String productName) {
        return productName.equals("PostgreSQL") ? POSTGRESQL : H2;
    }

    /** The fastest way to write rows. */
    RowWriter newWriter() {
        return switch (this) {
            case H2 -> new BatchRowWriter();
            case POSTGRESQL -> new CopyRowWriter();
        };
    }

    /** The statement that adds to a total, or begins it. */
    String addTotal() {
        return addTotal;
    }
}

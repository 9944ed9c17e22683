package io.mmulab.history;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

import org.springframework.dao.EmptyResultDataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Traces of comparisons that are not done yet, by checksum: any process can go on with them. */
@Component
public class TraceStore {
    private static final int PART = 1 << 20;

    private final JdbcTemplate jdbc;

    TraceStore(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Keeps a trace, in the caller's transaction. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void save(String sha256, InputStream trace) throws IOException {
        if (!jdbc.queryForList("select parts from trace where sha256 = ?", Integer.class, sha256).isEmpty()) {
            return;
        }
        jdbc.update("insert into trace (sha256, parts) values (?, 0)", sha256);
        int parts = 0;
        for (byte[] data = trace.readNBytes(PART); data.length > 0; data = trace.readNBytes(PART)) {
            jdbc.update("insert into trace_part (sha256, part, data) values (?, ?, ?)", sha256, parts++, data);
        }
        jdbc.update("update trace set parts = ? where sha256 = ?", parts, sha256);
    }

    /** Writes a trace out. */
    @Transactional(readOnly = true)
    public void copyTo(String sha256, OutputStream out) throws IOException {
        Integer parts = jdbc.queryForObject("select parts from trace where sha256 = ?", Integer.class, sha256);
        for (int part = 0; part < (parts == null ? 0 : parts); part++) {
            byte[] data = jdbc.queryForObject("select data from trace_part where sha256 = ? and part = ?", byte[].class,
                    sha256, part);
            if (data == null) {
                throw new EmptyResultDataAccessException("part " + part + " of trace " + sha256, 1);
            }
            out.write(data);
        }
    }

    /** Forgets a trace that no running comparison needs any more. */
    @Transactional
    public void deleteUnused(String sha256) {
        String unused = " where sha256 = ? and not exists"
                + " (select 1 from comparison c where c.trace = ? and c.status = 'RUNNING')";
        jdbc.update("delete from trace_part" + unused, sha256, sha256);
        jdbc.update("delete from trace" + unused, sha256, sha256);
    }
}

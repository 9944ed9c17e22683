package io.mmulab.history;

import java.sql.SQLException;

import com.zaxxer.hikari.SQLExceptionOverride;

/**
 * Has the pool drop a connection whose database went away. By itself the pool knows PostgreSQL's codes for that and not H2's, and it
 * gives a connection that was used within half a second to the next request untried.
 */
public final class EvictWhenAway implements SQLExceptionOverride {
    @java.lang.Override
    public Override adjudicate(SQLException e) {
        return DatabaseFailure.isAway(e) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
    }
}

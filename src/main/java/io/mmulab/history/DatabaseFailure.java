package io.mmulab.history;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.TransactionTimedOutException;

/** Tells failures of the database from faults in what it was asked. */
public final class DatabaseFailure {
    /** Classes of SQLSTATE: connection, resources, operator's intervention, system; not 57014, a statement that was cancelled. */
    private static final Set<String> AWAY = Set.of("08", "53", "57", "58");
    private static final String CANCELLED = "57014";
    /** What the pool says, without a state, to whoever rolls back on a connection that it has dropped. */
    private static final String DROPPED = "Connection is closed";

    private DatabaseFailure() {}

    /**
     * Whether something failed because the database could not be reached, went away, or had no connection left. What was under way
     * is stored wholly or not at all.
     */
    public static boolean isAway(@Nullable Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            boolean away = switch (cause) {
                case CannotCreateTransactionException _ -> true;
                // A rollback that failed as well: what failed first says why.
                case TransactionSystemException system -> isAway(system.getApplicationException());
                case SQLException sql -> isAway(sql);
                default -> false;
            };
            if (away) {
                return true;
            }
        }
        return false;
    }

    /** Whether a question was cancelled because its time was up. */
    public static boolean tookTooLong(@Nullable Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof TransactionTimedOutException
                    || (cause instanceof SQLException sql && CANCELLED.equals(sql.getSQLState()))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAway(SQLException e) {
        return e instanceof SQLTransientConnectionException || e instanceof SQLNonTransientConnectionException
                || e instanceof SQLRecoverableException || DROPPED.equals(e.getMessage())
                || isAway(Objects.requireNonNullElse(e.getSQLState(), ""));
    }

    private static boolean isAway(String state) {
        return state.length() == 5 && AWAY.contains(state.substring(0, 2)) && !state.equals(CANCELLED);
    }
}

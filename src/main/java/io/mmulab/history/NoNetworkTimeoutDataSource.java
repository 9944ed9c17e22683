package io.mmulab.history;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Connections whose server may say nothing for any time, as it does while it makes an index of a long history. */
final class NoNetworkTimeoutDataSource extends DelegatingDataSource {
    NoNetworkTimeoutDataSource(DataSource of) {
        super(of);
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        connection.setNetworkTimeout(Runnable::run, 0);
        return connection;
    }
}

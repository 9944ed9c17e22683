package io.mmulab.testdb;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/** Lets the connection break at a commit that a test chooses: the database has it, or it has not; who asked can't know. */
@TestConfiguration(proxyBeanMethods = false)
public class BreakingCommits {

    /** When the connection breaks. */
    public enum Moment {
        /** The transaction is lost. */
        BEFORE_THE_DATABASE_HAS_IT,
        /** Only the answer is lost. */
        BEFORE_THE_ANSWER
    }

    /** Chooses the commit. */
    public static final class Breaker {
        private final AtomicInteger left = new AtomicInteger();
        private volatile Moment moment = Moment.BEFORE_THE_ANSWER;
        private volatile boolean refused;

        /** Lets a commit of changes break: the first from now, or a later one. */
        public void breakCommit(int which, Moment when) {
            moment = when;
            refused = false;
            left.set(which);
        }

        /** Lets the database refuse a commit, as for a constraint that would not hold. */
        public void refuseCommit(int which) {
            refused = true;
            left.set(which);
        }

        /** How many commits are left until the chosen one; 0 if it is broken, or none was chosen. */
        public int left() {
            return left.get();
        }

        private boolean isDue() {
            return left.getAndUpdate(before -> Math.max(before - 1, 0)) == 1;
        }

        private void commit(HikariDataSource pool, Connection pooled) throws SQLException {
            if (pooled.isReadOnly() || !isDue()) {
                pooled.commit();
                return;
            }
            if (refused) {
                pooled.rollback();
                throw new SQLException("a constraint does not hold", "23514");
            }
            // What is not committed is rolled back.
            Connection physical = pooled.unwrap(Connection.class);
            if (moment == Moment.BEFORE_THE_ANSWER) {
                physical.commit();
            }
            physical.close();
            pool.evictConnection(pooled);
            throw new SQLException("the connection broke at the commit", "08006");
        }
    }

    @Bean
    Breaker breaker() {
        return new Breaker();
    }

    @Bean
    static BeanPostProcessor breakablePool(ObjectProvider<Breaker> breaker) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof HikariDataSource pool ? breakable(pool, breaker.getObject()) : bean;
            }
        };
    }

    private static DataSource breakable(HikariDataSource pool, Breaker breaker) {
        return proxy(DataSource.class, (_, method, arguments) -> {
            Object result = call(pool, method, arguments);
            return result instanceof Connection connection ? breakable(pool, connection, breaker) : result;
        });
    }

    private static Connection breakable(HikariDataSource pool, Connection pooled, Breaker breaker) {
        return proxy(Connection.class, (_, method, arguments) -> {
            if (method.getName().equals("commit")) {
                breaker.commit(pool, pooled);
                return null;
            }
            return call(pooled, method, arguments);
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type
                .cast(Proxy.newProxyInstance(BreakingCommits.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}

/**
 * The database of an integration test: import {@link io.mmulab.testdb.TestDatabase} and the Spring context runs on the
 * database that the system property {@code it.db} asks for.
 */
@NullMarked
package io.mmulab.testdb;

import org.jspecify.annotations.NullMarked;

package io.arkestra.store.h2.internal;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Statements with positional parameters. Values reach the database only as parameters. */
final class Sql {
    private Sql() {}

    static int update(Handle handle, String sql, @Nullable Object... values) {
        return bind(handle.createUpdate(sql), values).execute();
    }

    static <T> List<T> list(Handle handle, String sql, RowMapper<T> mapper, @Nullable Object... values) {
        return bind(handle.createQuery(sql), values).map(mapper).list();
    }

    static <T> @Nullable T first(Handle handle, String sql, RowMapper<T> mapper, @Nullable Object... values) {
        List<T> rows = list(handle, sql, mapper, values);
        return rows.isEmpty() ? null : rows.get(0);
    }

    static long number(Handle handle, String sql, @Nullable Object... values) {
        Long value = first(handle, sql, (row, context) -> row.getLong(1), values);
        return value == null ? 0 : value;
    }

    private static <S extends SqlStatement<S>> S bind(S statement, @Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            statement.bind(i, new Value(values[i]));
        }
        return statement;
    }

    /** Jdbi describes every argument that does not describe itself, at each execution. No message needs a document's contents. */
    private record Value(@Nullable Object value) implements Argument {
        @Override
        public void apply(int position, PreparedStatement statement, StatementContext context) throws SQLException {
            statement.setObject(position, value);
        }

        @Override
        public String toString() {
            return "?";
        }
    }
}

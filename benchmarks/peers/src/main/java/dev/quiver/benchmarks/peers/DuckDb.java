package dev.quiver.benchmarks.peers;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

/** DuckDB, in memory. Either it makes its rows in the query, or it reads them from a table made before. */
final class DuckDb implements Peer {
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);

    private final Sizes sizes;
    private final boolean fromTables;
    private final Connection connection;

    DuckDb(Sizes sizes, boolean fromTables) throws SQLException {
        this.sizes = sizes;
        this.fromTables = fromTables;
        this.connection = DriverManager.getConnection("jdbc:duckdb:");
        execute("SET threads = " + sizes.threads());
        execute("SET preserve_insertion_order = false");
    }

    @Override
    public String master() {
        return "threads[" + sizes.threads() + "]";
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    @Override
    public Map<String, Work> workloads() {
        Map<String, Work> all = new LinkedHashMap<>();
        all.put(
                "narrow",
                query(
                        "range AS x FROM range(" + sizes.rows(100_000_000) + ")",
                        "SELECT sum(xor(y, y >> 3))::BIGINT FROM (SELECT x * 3 + 1 AS y FROM %s) WHERE (y & 7) != 0"));
        all.put(
                "aggregate",
                query(
                        keyed(sizes.rows(20_000_000), sizes.keys(1_000_000)),
                        "SELECT count(total) FROM (SELECT k, sum(v) AS total FROM %s GROUP BY k)"));
        // Signed order of mix(x) is the unsigned order of it with the highest bit turned.
        all.put(
                "sort-long",
                query(
                        "xor(z, 9223372036854775808::UBIGINT) AS k, x AS v FROM " + mixed(sizes.rows(20_000_000)),
                        "SELECT CASE WHEN first(k) <= last(k) THEN count(v) END FROM (SELECT * FROM %s ORDER BY k)"));
        long keys = sizes.keys(1_000_000);
        all.put(
                "join",
                query(
                        keyed(sizes.rows(10_000_000), keys),
                        "SELECT sum(xor(v, d))::BIGINT FROM %s JOIN (SELECT range AS k, range * 7 AS d FROM range(" + keys
                                + ")) USING (k)"));
        all.put(
                "group",
                query(
                        keyed(sizes.rows(5_000_000), sizes.keys(100_000)),
                        "SELECT sum(len(l))::BIGINT FROM (SELECT k, list(v) AS l FROM %s GROUP BY k)"));
        all.put("wordcount", this::wordcount);
        return all;
    }

    private String wordcount() throws SQLException {
        return only("SELECT sum(c)::BIGINT FROM (SELECT w, count(*) AS c FROM (SELECT unnest(string_split(line, ' '))"
                + " AS w FROM read_csv('" + sizes.words() + "', columns = {'line': 'VARCHAR'}, header = false,"
                + " auto_detect = false, delim = '\\t', quote = '', escape = '')) GROUP BY w)");
    }

    /** x, and mix(x) as z, both unsigned. Products are taken in 128 bits and cut. */
    private static String mixed(long rows) {
        return "(SELECT x, xor(z, z >> 31) AS z FROM (SELECT x, " + times("xor(z, z >> 27)", Mix.SECOND)
                + " AS z FROM (SELECT x, " + times("xor(x, x >> 30)", Mix.FIRST)
                + " AS z FROM (SELECT range::UBIGINT AS x FROM range(" + rows + ")))))";
    }

    private static String times(String number, long factor) {
        return "((" + number + ")::UHUGEINT * " + Long.toUnsignedString(factor)
                + "::UHUGEINT & 18446744073709551615::UHUGEINT)::UBIGINT";
    }

    /** The key is the signed remainder, taken from the unsigned number. */
    private static String keyed(long rows, long keys) {
        long less = keys - TWO_TO_64.mod(BigInteger.valueOf(keys)).longValueExact();
        return "(CASE WHEN z < 9223372036854775808 THEN z % " + keys + " ELSE (z % " + keys + " + " + less + ") % " + keys
                + " END)::BIGINT AS k, x::BIGINT AS v FROM " + mixed(rows);
    }

    /**
     * @param rows  a selection without the word for it
     * @param query what to ask of {@code %s}
     */
    private Work query(String rows, String query) {
        return new Work() {
            @Override
            public void prepare() throws SQLException {
                if (fromTables) {
                    execute("CREATE OR REPLACE TABLE input AS SELECT " + rows);
                }
            }

            @Override
            public String run() throws SQLException {
                return only(query.replace("%s", fromTables ? "input" : "(SELECT " + rows + ")"));
            }
        };
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String only(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }
}

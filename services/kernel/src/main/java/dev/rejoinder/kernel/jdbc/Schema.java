package dev.rejoinder.kernel.jdbc;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;

/**
 * One PostgreSQL schema per service, owned by it and read by no other. Migrations lie in {@code
 * db/<schema>} on the class path and run when the service starts; running them again changes
 * nothing.
 */
public final class Schema {
    private Schema() {}

    /**
     * Brings the schema up to date and opens it.
     *
     * @param name schema and folder name, such as {@code signals}; SQL names its tables with the
     *     schema
     */
    public static Jdbi open(DataSource source, String name) {
        Flyway.configure(Schema.class.getClassLoader())
                .dataSource(source)
                .schemas(name)
                .createSchemas(true)
                .locations("classpath:db/" + name)
                .failOnMissingLocations(true)
                .load()
                .migrate();
        return Jdbi.create(source);
    }
}

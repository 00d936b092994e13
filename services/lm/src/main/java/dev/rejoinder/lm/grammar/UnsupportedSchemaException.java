package dev.rejoinder.lm.grammar;

/** A JSON schema that no grammar here stands for. */
public final class UnsupportedSchemaException extends RuntimeException {
    private final String path;

    /**
     * @param path JSON pointer into the schema, empty for its root
     * @param problem completes "the schema at PATH ..."
     */
    UnsupportedSchemaException(String path, String problem) {
        super("the schema%s %s".formatted(path.isEmpty() ? "" : " at " + path, problem));
        this.path = path;
    }

    public String path() {
        return path;
    }
}

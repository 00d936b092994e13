package dev.rejoinder.bench;

import java.util.List;

/** The figures of one suite, or the limits they are held against. */
record Section(String name, List<Figure> figures) {
    Section {
        figures = List.copyOf(figures);
    }
}

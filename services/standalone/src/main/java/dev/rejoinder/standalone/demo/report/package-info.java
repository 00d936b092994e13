/** A demo's report for people and programs: a table, {@code report.json}, {@code report.html}. */
@NullMarked
package dev.rejoinder.standalone.demo.report;

import org.jspecify.annotations.NullMarked;

/** Everything in one JVM: its data folder, its Kafka and PostgreSQL, its start and its end. */
@NullMarked
package dev.rejoinder.standalone.platform;

import org.jspecify.annotations.NullMarked;

/** How the command line and the demo talk to a platform: its public REST API, and gRPC. */
@NullMarked
package dev.rejoinder.standalone.client;

import org.jspecify.annotations.NullMarked;
